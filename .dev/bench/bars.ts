// What the engine promises, each by one command: node .dev/bench/bars.ts NAME [--python PATH]. Without a name it lists them.
// Runs `ft-wizard bench --json` as built, prints what it says, and ends with 1 where a bar is not met.
// It takes Node and dist/ alone, so that it can be carried to a machine with a GPU.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

interface Row {
  schedule: string;
  againstNaive: number | null;
  tokensPerSecond: number;
  ranks: { peakBytes: number }[];
}

interface Bar {
  arguments: string;
  /** What must hold, and whether it does; absent where the figures are only reported. */
  must?: { say: string; hold(rows: Row[]): boolean };
}

const GiB = 2 ** 30;
const shape = (name: string) => `${import.meta.dirname}/shapes/${name}`;
const set = (settings: Record<string, string | number>) =>
  Object.entries(settings)
    .flatMap(([key, value]) => ['--set', `${key}=${value}`])
    .join(' ');
const faster = (times: number) => ({
  say: `1F1B at least ${times}x as fast as one card at a time`,
  hold: (rows: Row[]) => (rows.find(({ schedule }) => schedule === '1f1b')?.againstNaive ?? 0) >= times,
});
const runs = { say: '1F1B runs', hold: (rows: Row[]) => rows.some(({ schedule }) => schedule === '1f1b') };

const lora = { 'lora.targets': 'qv', 'lora.dropout': 0, precision: 'fp16', checkpointing: 'full' };

const bars: Record<string, Bar> = {
  // On two cores: a thread a rank.
  'cpu-two-stages': {
    arguments: `--model ${shape('llama-8x1024')} --device cpu --steps 4 --schedules naive,gpipe,1f1b ${set({ cutoffLength: 384, batchSize: 16, 'lora.targets': 'qv', 'lora.dropout': 0, checkpointing: 'none' })}`,
    must: faster(1.7),
  },
  'h200-four-ranks': {
    arguments: `--model ${shape('llama-24x2048')} --emulate 4x24GiB@12% --steps 12 ${set({ ...lora, 'lora.rank': 16, cutoffLength: 1024, batchSize: 16 })}`,
    must: faster(2.9),
  },
  'h200-13b': {
    arguments: `--model llama2-13b --emulate 2x24GiB --steps 5 --schedules 1f1b ${set({ ...lora, 'lora.rank': 256, cutoffLength: 1024, batchSize: 8, cudaGraphs: 'off', split: '20,20' })}`,
    must: {
      say: 'at most 15.0 GiB a rank',
      hold: (rows) =>
        rows.length > 0 && rows.every(({ ranks }) => ranks.every(({ peakBytes }) => peakBytes <= 15 * GiB)),
    },
  },
  'h200-70b-six': {
    arguments: `--model llama2-70b --emulate 6x24GiB --steps 4 --schedules 1f1b ${set({ ...lora, 'lora.rank': 16, cutoffLength: 512, batchSize: 8 })}`,
    must: runs,
  },
  'h200-70b-eight': {
    arguments: `--model llama2-70b --emulate 8x24GiB --steps 4 --schedules 1f1b ${set({ ...lora, 'lora.rank': 16, cutoffLength: 512, batchSize: 8 })}`,
  },
  // As many layers of the 70B's as two halves of the card hold beside two that are trained.
  'h200-70b-freeze': {
    arguments: `--model ${shape('llama2-70b-60-layers')} --emulate 2x67GiB --steps 4 --schedules naive,1f1b --method freeze ${set({ precision: 'fp16', checkpointing: 'full', 'freeze.layers': 2, cutoffLength: 512, batchSize: 8 })}`,
  },
};

const [name, ...more] = process.argv.slice(2);
const bar = bars[name ?? ''];
if (bar === undefined) {
  console.error(`Name one of ${Object.keys(bars).join(', ')}.`);
  process.exit(2);
}
const program = `${import.meta.dirname}/../../dist/cli.mjs`;
const command = ['bench', ...bar.arguments.split(' '), ...more];
console.error(`ft-wizard ${command.join(' ')}`);
const child = spawn(process.execPath, [program, ...command, '--json'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
let stdout = '';
child.stdout.setEncoding('utf8').on('data', (text) => {
  stdout += text;
  process.stdout.write(text);
});
const [exitCode] = (await once(child, 'close')) as [number | null];
const rows: Row[] = stdout
  .split('\n')
  .filter((line) => line.startsWith('{'))
  .map((line) => JSON.parse(line))
  .filter(({ type }) => type === 'schedule');
if (bar.must) {
  const holds = exitCode === 0 && bar.must.hold(rows);
  console.error(`${name}: ${bar.must.say}: ${holds ? 'yes' : 'NO'}`);
  process.exitCode = holds ? 0 : 1;
} else process.exitCode = exitCode ?? 1;
