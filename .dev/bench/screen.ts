// What the screen costs, against a bare Ink program in the same run:
//
//   npm run build && node .dev/bench/screen.ts [--seconds 30]
//
// The built program runs at a pseudo-terminal of 120 x 40, on runs whose events this script writes. Prints a table, then the same as JSON with
// hardware and versions. Linux only: processor time and memory are read from /proc.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, styleText } from 'node:util';
import { build } from 'tsdown';
import { Program } from './screen/program.ts';
import { FedRun } from './screen/run.ts';

const root = path.resolve(import.meta.dirname, '../..');
const cli = path.join(root, 'dist/cli.mjs');
const { values } = parseArgs({ options: { seconds: { type: 'string', default: '30' } } });
const seconds = Number(values.seconds);
// Bundled below the root, so that it finds the same Ink; removed in the end.
const scratch = mkdtempSync(path.join(os.tmpdir(), 'ft-wizard-screen-'));

interface Figure {
  what: string;
  value: number;
  unit: string;
  /** What a bare Ink program takes for the same. */
  bareInk?: number;
  /** Must stay below. */
  limit?: number;
}
const figures: Figure[] = [];
const report = (figure: Figure) => {
  figures.push(figure);
  console.error(`  ${figure.what}: ${round(figure.value)} ${figure.unit}`);
};

const round = (value: number) => Number(value.toPrecision(3));
const quantile = (numbers: number[], share: number) =>
  numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))]!;
const median = (numbers: number[]) => quantile(numbers, 0.5);

async function times(count: number, measure: () => Promise<number>): Promise<number[]> {
  const taken: number[] = [];
  for (let round = 0; round < count; round += 1) taken.push(await measure());
  return taken;
}

/** Starts a program, waits until it shows something, ends it. */
async function firstFrame(args: string[], shows: RegExp, env: Record<string, string> = {}): Promise<number> {
  const program = new Program(args, env);
  try {
    return await program.shows(shows);
  } finally {
    await program.end();
  }
}

/** Keys in no step with the once-a-second drawing. */
async function keysToFrames(program: Program, keys: string[]): Promise<number[]> {
  let key = 0;
  return times(120, async () => {
    await sleep(20 + Math.random() * 60);
    return program.keyToFrame(keys[key++ % keys.length]!);
  });
}

async function bundleBareInk(): Promise<string> {
  await build({
    entry: { bare: path.join(import.meta.dirname, 'screen/bare-ink.tsx') },
    outDir: scratch,
    format: 'esm',
    platform: 'node',
    dts: false,
    deps: { alwaysBundle: [/.*/], neverBundle: ['react-devtools-core'], onlyBundle: false },
    define: { 'process.env.NODE_ENV': '"production"' },
    minify: true,
    logLevel: 'error',
    config: false,
  });
  return path.join(scratch, 'bare.mjs');
}

async function main(): Promise<void> {
  const bare = await bundleBareInk();
  const home = { XDG_DATA_HOME: path.join(scratch, 'data'), XDG_CONFIG_HOME: path.join(scratch, 'config') };

  console.error('Starting');
  const version = async () => {
    const begun = performance.now();
    execFileSync(process.execPath, [cli, '--version']);
    return performance.now() - begun;
  };
  report({ what: '--version', value: median(await times(15, version)), unit: 'ms', limit: 100 });
  // In turn, so that a busy machine is busy for both.
  const frames: { bare: number[]; wizard: number[] } = { bare: [], wizard: [] };
  for (let round = 0; round < 15; round += 1) {
    frames.bare.push(await firstFrame([bare], /bare Ink/));
    frames.wizard.push(await firstFrame([cli], /\w{3}/, home));
  }
  report({
    what: 'first frame of the wizard',
    value: median(frames.wizard),
    unit: 'ms',
    bareInk: median(frames.bare),
    limit: 300,
  });
  report({
    what: 'first frame of the wizard, times bare Ink',
    value: median(frames.wizard) / median(frames.bare),
    unit: 'x',
    limit: 1.3,
  });

  console.error('A run at one step a second');
  const run = new FedRun(scratch, 'an-hour', 20_000);
  run.add(1, 30);
  const ink = new Program([bare]);
  const monitor = new Program([cli, 'attach', run.path]);
  await Promise.all([ink.shows(/bare Ink/), monitor.shows(/step 30\/20000/)]);
  let step = 30;
  const feed = async (perSecond: number, count: number) => {
    for (let second = 0; second < count; second += 1) {
      run.add(step + 1, step + perSecond);
      step += perSecond;
      await sleep(1000);
    }
  };
  await feed(1, 20); // until V8 has compiled what is called often
  const before = {
    cpu: monitor.cpuSeconds(),
    ink: ink.cpuSeconds(),
    bytes: monitor.bytes,
    inkBytes: ink.bytes,
    at: performance.now(),
  };
  await feed(1, seconds);
  const elapsed = (performance.now() - before.at) / 1000;
  report({
    what: 'processor at 1 Hz',
    value: ((monitor.cpuSeconds() - before.cpu) / elapsed) * 100,
    unit: '% of a core',
    bareInk: ((ink.cpuSeconds() - before.ink) / elapsed) * 100,
    limit: 3,
  });
  report({
    what: 'written an update',
    value: (monitor.bytes - before.bytes) / elapsed,
    unit: 'bytes',
    bareInk: (ink.bytes - before.inkBytes) / elapsed,
  });

  const bareKeys = await keysToFrames(ink, ['x']);
  const keys = await keysToFrames(monitor, ['2', '3', '4', '1']);
  report({
    what: 'key to frame, 95 of 100',
    value: quantile(keys, 0.95),
    unit: 'ms',
    bareInk: quantile(bareKeys, 0.95),
    limit: 50,
  });

  console.error('Hours of events');
  report({
    what: 'resident memory',
    value: monitor.residentMiB(),
    unit: 'MiB',
    bareInk: ink.residentMiB(),
    limit: 130,
  });
  const hour = () => feed(180, 20);
  await hour();
  const afterOne = monitor.residentMiB();
  report({ what: 'resident memory after an hour of events', value: afterOne, unit: 'MiB', limit: 130 });
  await hour();
  await hour();
  report({
    what: 'more after two hours more',
    value: monitor.residentMiB() - afterOne,
    unit: 'MiB',
    limit: 10,
  });
  report({ what: 'full clears of the screen', value: monitor.fullClears, unit: '', limit: 1 });
  await Promise.all([ink.end(), monitor.end()]);

  console.error('A long history');
  const long = new FedRun(scratch, 'a-million-lines', 333_334);
  long.fill();
  const attach = () => firstFrame([cli, 'attach', long.path], /step 333334\/333334/);
  report({
    what: 'attached to 1,000,000 lines',
    value: median(await times(5, attach)),
    unit: 'ms',
    limit: 1000,
  });
  const attached = new Program([cli, 'attach', long.path]);
  await attached.shows(/step 333334\/333334/);
  await sleep(2_000);
  report({
    what: 'resident memory with 1,000,000 lines',
    value: attached.residentMiB(),
    unit: 'MiB',
    limit: 130,
  });
  await attached.end();
}

function printTable(): void {
  const rows = figures.map(({ what, value, unit, bareInk, limit }) => [
    what,
    `${round(value)} ${unit}`.trim(),
    bareInk === undefined ? '' : String(round(bareInk)),
    limit === undefined ? '' : `< ${limit}`,
    limit === undefined ? '' : value < limit ? 'ok' : 'MISSED',
  ]);
  const all = [['', 'ft-wizard', 'bare Ink', 'limit', ''], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  for (const row of all) {
    const line = row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ');
    console.log(line.includes('MISSED') ? styleText('red', line) : line);
  }
}

const packageVersion = (name: string) =>
  JSON.parse(readFileSync(path.join(root, 'node_modules', name, 'package.json'), 'utf8')).version as string;

try {
  await main();
  printTable();
  const versions = { node: process.version, ink: packageVersion('ink'), react: packageVersion('react') };
  const machine = {
    cpu: os.cpus()[0]?.model,
    cores: os.availableParallelism(),
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    kernel: os.release(),
  };
  console.log(
    JSON.stringify({
      date: new Date().toISOString(),
      loadAverage: os.loadavg()[0],
      machine,
      versions,
      figures,
    }),
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
