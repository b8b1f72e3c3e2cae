import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Import, readAllImports, readImports, roomOf, root } from './imports.ts';

/** Which rooms a room may know. Data travels once, left to right; nothing points back. */
const mayKnow: Record<string, string[]> = {
  hardware: [],
  model: [],
  dataset: [],
  recipe: [],
  plan: ['hardware', 'model', 'dataset', 'recipe'],
  run: ['hardware', 'model', 'dataset', 'recipe', 'plan'],
  ui: ['hardware', 'model', 'dataset', 'recipe', 'plan', 'run'],
  commands: ['hardware', 'model', 'dataset', 'recipe', 'plan', 'run', 'ui'],
  'cli.ts': ['commands'],
};

const imports = readAllImports();
const show = ({ from, to }: Import) => `${from} imports ${to}`;
const isRoom = (name: string) => name in mayKnow;

/** The file and all whose code it brings along. */
function reach(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const { to } of imports.filter((found) => found.from === file && found.own && !found.typeOnly)) {
    reach(to, seen);
  }
  return seen;
}

describe('the rooms of src/', () => {
  test('every folder is a room of the design, or the words that all of them speak', () => {
    const folders = readdirSync(path.join(root, 'src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(folders.map((entry) => entry.name).filter((name) => !isRoom(name))).toEqual(['words']);
  });

  test('a room knows only those before it', () => {
    const broken = imports.filter(({ from, to, own }) => {
      const [here, there] = [roomOf(from), roomOf(to)];
      return own && isRoom(there) && here !== there && !(mayKnow[here] ?? []).includes(there);
    });
    expect(broken.map(show)).toEqual([]);
  });

  test('what lies beside the rooms is for all of them, so it knows none', () => {
    const shared = imports.filter(({ from, own, to }) => !isRoom(roomOf(from)) && own && isRoom(roomOf(to)));
    expect(shared.map(show)).toEqual([]);
  });

  test('plan/ does no I/O, not even through what it imports', () => {
    const files = new Set(
      imports.filter(({ from }) => roomOf(from) === 'plan').flatMap(({ from }) => [...reach(from)]),
    );
    const impure = imports.filter(
      ({ from, to, own, typeOnly }) => files.has(from) && !own && !typeOnly && to !== 'zod',
    );
    expect(impure.map(show)).toEqual([]);
  });

  test('Ink and React are only in ui/', () => {
    const drawing = imports.filter(
      ({ from, to }) => /^(ink|react|@inkjs)\b/.test(to) && roomOf(from) !== 'ui',
    );
    expect(drawing.map(show)).toEqual([]);
  });
});

test('the reader sees every kind of import', () => {
  const source = `
    import type { A } from '../a.ts';
    import b from 'b';
    export * from './c.ts';
    export { d } from './d.ts';
    export type { E } from './e.ts';
    const f = await import('./deep/f.ts');
    type G = import('g').G;
    // import h from 'h';
    const i = "import i from 'i'";`;
  expect(readImports('plan/x.ts', source).map(({ to, typeOnly }) => [to, typeOnly])).toEqual([
    ['a.ts', true],
    ['b', false],
    ['plan/c.ts', false],
    ['plan/d.ts', false],
    ['plan/e.ts', true],
    ['plan/deep/f.ts', false],
    ['g', true],
  ]);
});

test('one module of the trainer exchanges tensors with the neighbouring stages', () => {
  const folder = path.join(root, 'python/ft_trainer');
  const users = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.py'))
    .filter((file) =>
      /\b(isend|irecv|dist\.send|dist\.recv)\b/.test(readFileSync(path.join(folder, file), 'utf8')),
    );
  expect(users).toEqual(['transport.py']);
});
