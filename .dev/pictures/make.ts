// The README's pictures, taken from the built program at work: npm run pictures
import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { devPython, Home, startProgram } from '../../test/e2e/harness.ts';
import { drawScreen } from './svg.ts';

const keys = { enter: '\r', right: '\x1b[C', up: '\x1b[A', end: '\x1b[F' };
const color = { env: { COLORTERM: 'truecolor', FORCE_COLOR: '3' } };
const docs = new URL('../../docs/', import.meta.url);

mkdirSync(docs, { recursive: true });
await takeSplitEditor();
await takeMonitor();

/** Planning for four unlike cards, then moving a boundary by hand. */
async function takeSplitEditor(): Promise<void> {
  await using home = new Home();
  const cards = ['--gpus', '1x4090,2x3090,1xV100'];
  const screen = startProgram(home, [...cards, '--python', devPython], { cols: 100, rows: 24, ...color });
  await screen.waitFor('tokens/s');
  screen.type(keys.enter);
  await screen.waitFor('Start the training');
  screen.type(keys.end);
  await screen.waitFor('❯ Split');
  screen.type(keys.enter);
  await screen.waitFor('Which card holds which layers?');
  screen.type('e');
  await screen.waitFor('Layer split');
  screen.type(keys.right + keys.up + keys.up);
  await screen.waitFor('undo');
  await save('split-editor', screen.terminal, 'The split editor: layers of a model on four unlike cards');
}

/** The demo's training, half-way. */
async function takeMonitor(): Promise<void> {
  await using home = new Home();
  const screen = startProgram(home, ['--preset', 'demo', '--python', devPython], {
    cols: 100,
    rows: 28,
    ...color,
  });
  await screen.waitFor(/step 6\d\/88/, 120_000);
  await save('monitor', screen.terminal, 'The monitor: the demo training in two pipeline stages');
}

async function save(name: string, terminal: Parameters<typeof drawScreen>[0], title: string): Promise<void> {
  // A frame arrives in pieces.
  await setTimeout(200);
  writeFileSync(new URL(`${name}.svg`, docs), drawScreen(terminal, title));
  console.log(`docs/${name}.svg`);
}
