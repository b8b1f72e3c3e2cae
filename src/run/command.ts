import { delimiter, join } from 'node:path';
import { packageRoot } from '../package-root.ts';

/** A command line as data. */
export interface Command {
  file: string;
  args: string[];
  /** Added to the environment of this process. */
  env: Record<string, string>;
}

/** `python -m ft_trainer SUBCOMMAND ...` with our own package first on the module path. */
export function trainerCommand(python: string, args: string[]): Command {
  return { file: python, args: ['-m', 'ft_trainer', ...args], env: trainerEnvironment() };
}

/** The same under torchrun, one process a rank. */
export function torchrunCommand(python: string, ranks: number, args: string[], cores: number): Command {
  return {
    file: python,
    args: [
      ...['-m', 'torch.distributed.run', '--standalone', '--nproc-per-node', String(ranks)],
      // By default torchrun asks the resolver for this host's full name, which on many home machines leads nowhere.
      ...['--local-addr', '127.0.0.1'],
      ...['-m', 'ft_trainer', ...args],
    ],
    env: {
      ...trainerEnvironment(),
      ...allocatorSettings(),
      // torchrun would set 1, which leaves CPU ranks most of the machine unused.
      OMP_NUM_THREADS: process.env.OMP_NUM_THREADS ?? String(Math.max(1, Math.floor(cores / ranks))),
    },
  };
}

/** Segments that grow are not cut up by steps of unlike lengths (torch, CUDA semantics, Memory management); theirs, where they have any. */
function allocatorSettings(): Record<string, string> {
  const { PYTORCH_ALLOC_CONF, PYTORCH_CUDA_ALLOC_CONF } = process.env;
  const isSet = PYTORCH_ALLOC_CONF !== undefined || PYTORCH_CUDA_ALLOC_CONF !== undefined;
  return isSet ? {} : { PYTORCH_ALLOC_CONF: 'expandable_segments:True' };
}

function trainerEnvironment(): Record<string, string> {
  const theirs = process.env.PYTHONPATH;
  const ours = join(packageRoot(), 'python');
  return {
    PYTHONPATH: theirs ? `${ours}${delimiter}${theirs}` : ours,
    PYTHONUNBUFFERED: '1',
    PYTHONIOENCODING: 'utf-8',
    // The tokenizer's threads and a forked process do not go together; rows are encoded before training.
    TOKENIZERS_PARALLELISM: 'false',
    // Cards are counted as nvidia-smi counts them, not fastest first.
    CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
  };
}
