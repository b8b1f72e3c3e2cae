import { listRuns, runsRoot } from '../run/directory.ts';
import { lastEvent } from '../run/events-file.ts';
import { inspectRun } from '../run/lifecycle.ts';
import type { Output } from './output.ts';
import { paragraph } from './text/paragraph.ts';
import { formatTable } from './text/table.ts';

interface RunRow {
  id: string;
  path: string;
  /** A phase, `lost`, or `broken`. */
  state: string;
  model: string | null;
  step: number | null;
  totalSteps: number | null;
  loss: number | null;
  reason: string | null;
}

/** `runs`: newest first, with how each really stands. */
export async function listRunsCommand(options: { runsDir?: string }, output: Output): Promise<void> {
  const root = runsRoot(options.runsDir);
  const rows = listRuns(root).map(({ run, recipe, broken }): RunRow => {
    const base = { id: run.id, path: run.path, model: recipe?.model ?? null };
    if (broken !== null) {
      return { ...base, state: 'broken', step: null, totalSteps: null, loss: null, reason: broken };
    }
    const { state, reason } = inspectRun(run);
    const last = lastEvent(run.eventsFile, ['step']);
    const progress = {
      step: last?.step ?? null,
      totalSteps: last?.totalSteps ?? null,
      loss: last?.loss ?? null,
    };
    return { ...base, ...progress, state, reason };
  });
  for (const row of rows) output.emit(row);
  if (output.json) return;
  if (rows.length === 0) {
    output.say(`There is no run in ${root} yet. Try: ft-wizard --preset demo`);
    return;
  }
  const cells = rows.map(({ id, state, model, step, totalSteps, loss }) => [
    id,
    state === 'refused' ? 'did not fit' : state,
    step === null ? '-' : `${step}/${totalSteps}`,
    loss?.toFixed(4) ?? '-',
    model ?? '-',
  ]);
  const header = ['run', 'state', 'step', 'loss', 'model'];
  const [head, ...lines] = formatTable(header, cells, ['left', 'left', 'right'], output.paint).split('\n');
  // Reasons are sentences: each stands below its run.
  const told = lines.flatMap((line, index) => {
    const { state, reason } = rows[index]!;
    const why = state === 'done' ? undefined : reason?.split('\n')[0];
    return why ? [line, paragraph('  ', why, output.columns)] : [line];
  });
  output.say([head, ...told].join('\n'));
}
