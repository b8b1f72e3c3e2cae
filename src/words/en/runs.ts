import type { Said } from '../said.ts';

/** Why no run can be made in a folder. */
export type Unwritable = 'full' | 'quota' | 'forbidden' | 'read-only' | { said: string };

/** How a run stands. */
export type RunState =
  | 'preparing'
  | 'downloading'
  | 'training'
  | 'stopping'
  | 'answering'
  | 'done'
  | 'stopped'
  | 'failed'
  /** It failed before its first step, for lack of memory. */
  | 'refused'
  | 'lost';

/** What can stand in the way of a run, or of asking something of one. */
export const runs = {
  'run-not-live': ({ id, state, reason }: { id: string; state: RunState; reason: string | null }): Said => ({
    message: `Run ${id} is not running: it ${state === 'refused' ? 'did not fit' : `is ${state}`}.${reason ? ` ${reason}` : ''}`,
    fix: 'See `ft-wizard runs` for those that are.',
  }),
  'run-broken': ({ file, reason, folder }: { file: string; reason: string; folder: string }): Said => ({
    message: `${file} cannot be read: ${reason}`,
    fix: `Look into ${folder}; a run that is of no more use can be deleted.`,
  }),
  'run-ambiguous': ({ wanted, found }: { wanted: string; found: string[] }): Said => ({
    message: `"${wanted}" begins ${found.length} runs: ${found.slice(0, 5).join(', ')}.`,
    fix: 'Give more of the id.',
  }),
  'run-not-found': ({ wanted, root }: { wanted: string | null; root: string }): Said => ({
    message: wanted === null ? `There is no run in ${root} yet.` : `There is no run "${wanted}" in ${root}.`,
    fix: 'See `ft-wizard runs` for those there are; --runs-dir looks elsewhere.',
  }),
  'run-not-found/folder': ({ folder }: { folder: string }): Said => ({
    message: `${folder} is not a run directory: it has no status.json.`,
    fix: 'See `ft-wizard runs` for those there are.',
  }),
  'runs-dir-unwritable': ({ root, why }: { root: string; why: Unwritable }): Said => ({
    message: `No run can be made in ${root}: ${typeof why === 'string' ? unwritable[why].what : why.said}.`,
    fix: typeof why === 'string' ? unwritable[why].fix : 'Choose a folder with --runs-dir.',
  }),
  'runs-dir-unwritable/checked': ({ folder, reason }: { folder: string; reason: string }): Said => ({
    message: `${folder} cannot be written (${reason})`,
    fix: 'Choose a folder with --runs-dir.',
  }),
  'launch-failed': ({ said }: { said: string }): Said => ({
    message: `The supervisor could not be started: ${said}`,
    fix: 'This is a fault of ft-wizard or of the machine; please report it with the text above.',
  }),
  'launch-failed/silent': ({ seconds }: { seconds: number }): Said =>
    runs['launch-failed']({ said: `it did not take over within ${seconds} s` }),
  'run-finished': ({ id }: { id: string }): Said => ({
    message: `Run ${id} has finished; there is nothing to resume.`,
    fix: 'Start a new run, or use this one with `ft-wizard chat`.',
  }),
  'run-in-use': ({ id }: { id: string }): Said => ({
    message: `Run ${id} is in use: it is being trained right now.`,
    fix: `Follow it with \`ft-wizard attach ${id}\`, or end it with \`ft-wizard stop ${id}\`.`,
  }),
  'trainer-crashed': ({ subcommand, said }: { subcommand: string; said: string }): Said => ({
    message: `The trainer failed in "${subcommand}": ${said}`,
    fix: 'Check the environment with `ft-wizard doctor`; if it is sound, please report this with the text above.',
  }),
  interrupted: ({ during }: { during: keyof typeof interruptible }): Said => ({
    message: `Interrupted while ${interruptible[during]}; what was half-done is removed.`,
    fix: 'Give the same command again to begin anew.',
  }),
  usage: ({ message, meant }: { message: string; meant: string | null }): Said => ({
    message,
    fix: meant ?? 'See `ft-wizard --help`.',
  }),
  'usage/no-command': ({ word, meant }: { word: string; meant: string | null }): Said => ({
    message: `There is no command ${word}`,
    fix: meant === null ? 'See `ft-wizard --help`.' : `Did you mean \`ft-wizard ${meant}\`?`,
  }),
  'usage/steps': ({ written, unsettled }: { written: string; unsettled: number }): Said => ({
    message: `--steps is "${written}": the first ${unsettled} steps are not typical and do not count.`,
    fix: `Use a whole number from ${unsettled + 1} up.`,
  }),
  'usage/schedules': ({ written, known }: { written: string; known: readonly string[] }): Said => ({
    message: `--schedules "${written}" is not understood.`,
    fix: `Name some of ${known.join(', ')}, separated by commas, each once.`,
  }),
  'usage/memory-on-cpu': (_: null): Said => ({
    message: '--memory measures what cards hold, and --device cpu leaves none.',
    fix: 'Leave --device out; `ft-wizard bench` without --memory measures the CPU.',
  }),
  'usage/only': ({ unknown, names }: { unknown: string; names: string[] }): Said => ({
    message: `--only "${unknown}": there is no such configuration.`,
    fix: `There is ${names.join(', ')}; several are separated by commas.`,
  }),
  'bench-failed': ({ reason, log }: { reason: string | null; log: string }): Said => ({
    message: `The training failed: ${reason ?? 'nobody knows why.'}`,
    fix: `Its log is left in ${log}.`,
  }),
};

/** What can be given up. */
const interruptible = { environment: 'setting up the Python environment' };

const elsewhere = 'Free some space, or choose another disk with --runs-dir.';
const yours = 'Choose a folder of your own with --runs-dir.';
const unwritable = {
  full: { what: 'the disk is full', fix: elsewhere },
  quota: { what: 'your disk quota is used up', fix: elsewhere },
  forbidden: { what: 'you may not write there', fix: yours },
  'read-only': { what: 'the file system is read-only', fix: yours },
};
