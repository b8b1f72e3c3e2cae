import { queryCards } from '../hardware/nvidia-smi.ts';
import { openRun, runsRoot } from '../run/directory.ts';
import { ownPython } from '../run/own-python.ts';
import { runTrainerInTerminal } from '../run/trainer.ts';
import { prepareEnvironment } from './launching.ts';
import { Output } from './output.ts';

/** `chat`: a conversation with what a run has trained. The trainer holds it, on this terminal. @returns its exit code */
export async function chat(
  id: string | undefined,
  options: { runsDir?: string; python?: string; prompt?: string[]; device: 'auto' | 'cpu' },
): Promise<number> {
  const run = openRun(id, runsRoot(options.runsDir));
  const plan = run.readPlan(run.readStatus().attempt);
  const device = options.device === 'cpu' ? 'cpu' : plan.device;
  const { cards } = device === 'cpu' ? { cards: [] } : await queryCards();
  const { python } = await prepareEnvironment(
    { device },
    cards,
    { ...ownPython(run), ...options },
    new Output(),
  );
  const prompts = (options.prompt ?? []).flatMap((prompt) => ['--prompt', prompt]);
  return runTrainerInTerminal(python, [
    'chat',
    '--run-dir',
    run.path,
    '--device',
    device === 'cpu' ? 'cpu' : 'auto',
    ...prompts,
  ]);
}
