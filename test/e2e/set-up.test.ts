// The Python environment is being set up, which can take minutes, and the person has something better to do.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { keys } from '../ui/terminal.ts';
import { Home, type Shell, startShell } from './harness.ts';

const patience = 120_000;

/** A Python whose pip starts a program of its own and takes its time. */
const slowPython = `#!/bin/sh
case "$*" in
  *ensurepip*) echo "[\\"$0\\", 3, 11, true]" ;;
  *urllib*) exit 1 ;;
  *'-m venv'*) mkdir -p "$4/bin"; cp "$0" "$4/bin/python" ;;
  *'-m pip'*) echo Collecting torch; sleep 600; exit 1 ;;
esac
`;

test.each<[string, (shell: Shell) => Promise<void>, (shell: Shell) => void, number]>([
  ['Ctrl-C before a training', startTraining, (shell) => shell.type(keys.ctrl('c')), 130],
  ['a lost terminal before a training', startTraining, (shell) => shell.signal('SIGHUP'), 129],
  ['leaving the wizard', openWizard, (shell) => shell.type('q'), 0],
])(
  '%s ends the set-up, all that it has started, and leaves nothing half-made',
  async (_, open, leave, exitCode) => {
    await using home = new Home();
    home.addCommand('python3', slowPython);
    home.addCommand('uv', '#!/bin/sh\nexit 1\n');
    const shell = await startShell(home, { cols: 100, rows: 30 });
    const settings = await shell.settings();
    await open(shell);
    await expect.poll(() => home.processes('sleep 600').length, { timeout: patience }).toBe(1);
    leave(shell);
    await shell.prompts(exitCode);
    await expect.poll(() => home.processes()).toEqual([shell.pid]);
    const environments = readdirSync(path.join(home.env.XDG_DATA_HOME!, 'ft-wizard/envs'));
    expect(environments).toEqual([expect.stringMatching(/\.log$/)]);
    shell.type(':\r');
    await shell.prompts(0);
    expect(await shell.settings()).toBe(settings);
  },
);

async function startTraining(shell: Shell): Promise<void> {
  shell.call(['--preset', 'demo']);
  await shell.waitFor('Collecting torch', patience);
}

async function openWizard(shell: Shell): Promise<void> {
  shell.call([]);
  await shell.waitFor(/❯ Go with this run +the demo model/, patience);
  shell.type(keys.enter);
  await shell.waitFor('❯ Start the training', patience);
}
