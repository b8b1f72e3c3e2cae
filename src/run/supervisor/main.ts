// The supervisor's own process: node supervisor.mjs RUN_DIRECTORY --python PATH
import { parseArgs } from 'node:util';
import { RunDirectory } from '../directory.ts';
import { readJob } from './job.ts';
import { Supervisor } from './supervisor.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { python: { type: 'string' } },
});
const [path] = positionals;
if (!path || !values.python) throw new Error('usage: RUN_DIRECTORY --python PATH');

// It belongs to no terminal: what ends a shell or an SSH session is not meant for it.
process.on('SIGHUP', () => {});
process.on('SIGINT', () => {});
const supervisor = new Supervisor(readJob(new RunDirectory(path), values.python));
process.on('SIGTERM', () => supervisor.stop());
const { exitCode } = await supervisor.run();
process.exitCode = exitCode ?? 1;
