import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodes } from '../errors.ts';
import { killRun, requestStop } from '../run/control.ts';
import { openRun, runsRoot } from '../run/directory.ts';
import { inspectRun } from '../run/lifecycle.ts';
import type { Output } from './output.ts';
import { programName } from './program-name.ts';

/** `stop`: asks for a checkpoint and the end, and waits for it; `--now` does without the checkpoint. */
export async function stop(
  id: string | undefined,
  options: { runsDir?: string; now?: boolean },
  output: Output,
): Promise<number> {
  const run = openRun(id, runsRoot(options.runsDir));
  requestStop(run);
  if (options.now) {
    await killRun(run);
  } else {
    output.say(
      `Asked ${run.id} to stop with a checkpoint; waiting for the step to end. Ctrl-C leaves it to itself.`,
    );
  }
  for (;;) {
    const { live, state, reason, exitCode } = inspectRun(run);
    if (!live) {
      output.emit({ type: 'end', run: run.id, state, reason });
      output.say(`${reason ?? `The run is ${state}.`} Go on later with: ${programName} resume ${run.id}`);
      const isWrong = state === 'failed' || state === 'refused' || state === 'lost';
      return isWrong ? (exitCode ?? exitCodes.failed) : exitCodes.done;
    }
    await sleep(250);
  }
}
