import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { parseRecipe } from '../../src/recipe/parse.ts';
import type { Preset } from '../../src/recipe/preset.ts';
import { PresetLibrary } from '../../src/recipe/presets.ts';

const mine: Preset = { name: 'mine', description: 'Mine.', recipe: { model: '/data/m', lora: { rank: 4 } } };

let config: string;
let library: PresetLibrary;
beforeEach(() => {
  config = mkdtempSync(join(tmpdir(), 'presets-'));
  library = new PresetLibrary({ config });
});

test('the shipped presets are valid, named as their files, and complete once a model is named', () => {
  const names = library.list().map(({ name }) => name);
  expect(names).toEqual(['3090x6', '3090x8', 'a100x2-freeze', 'demo', 'p40x2']);
  for (const name of names) {
    const preset = library.find(name);
    expect(preset.name).toBe(name);
    parseRecipe({ model: 'llama2-13b', ...preset.recipe }, name);
  }
});

describe("the user's own", () => {
  test('are kept as written, across programs', () => {
    library.save(mine);
    const again = new PresetLibrary({ config });
    expect(again.find('mine')).toEqual(mine);
    expect(again.list().at(-1)).toMatchObject({ name: 'mine', source: 'yours' });
    again.remove('mine');
    expect(() => new PresetLibrary({ config }).find('mine')).toThrow('There is no preset "mine"');
  });

  test.each([
    [{ ...mine, name: 'demo' }, 'preset-exists', 'demo is the name of a shipped preset'],
    [{ ...mine, name: '../x' }, 'preset-invalid', 'preset "../x": name is "../x", which is not allowed'],
    [{ ...mine, name: '__proto__' }, 'preset-invalid', /name is "__proto__"/],
    [{ ...mine, command: 'rm' }, 'preset-invalid', 'preset "mine": "command" is not a setting'],
    [
      { ...mine, recipe: { lora: { rank: 0 } } },
      'preset-invalid',
      'preset "mine": recipe.lora.rank is 0, which is not allowed',
    ],
  ])('%j is refused', (preset, code, message) => {
    expect(() => library.save(preset as Preset)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  test('are never overwritten', () => {
    library.save(mine);
    expect(() => library.save({ ...mine, description: 'Other.' })).toThrow('You already have a preset mine');
    expect(library.find('mine')).toEqual(mine);
  });

  test('a hand-edited one that is wrong is named, and the others stay usable', () => {
    library.save(mine);
    const edited = {
      ...JSON.parse(readFileSync(library.path, 'utf8')),
      odd: { name: 'odd', description: 'x', recipe: { modl: 1 } },
    };
    writeFileSync(library.path, JSON.stringify(edited));
    const again = new PresetLibrary({ config });
    expect(again.list().find(({ name }) => name === 'odd')).toHaveProperty(
      'problem.message',
      expect.stringContaining('"recipe.modl"'),
    );
    expect(again.find('mine')).toEqual(mine);
    again.remove('odd');
  });

  test('a file that is not JSON is reported, not cleared', () => {
    writeFileSync(join(config, 'presets.json'), '{"mine": ');
    expect(() => new PresetLibrary({ config })).toThrow(
      expect.objectContaining({ code: 'presets-unreadable' }),
    );
    expect(readFileSync(join(config, 'presets.json'), 'utf8')).toBe('{"mine": ');
    expect(readdirSync(config)).toEqual(['presets.json']);
  });

  test('follow XDG_CONFIG_HOME', () => {
    const before = process.env.XDG_CONFIG_HOME;
    process.env.XDG_CONFIG_HOME = config;
    try {
      const path = new PresetLibrary().path;
      if (process.platform === 'linux') expect(path).toBe(join(config, 'ft-wizard', 'presets.json'));
    } finally {
      if (before === undefined) delete process.env.XDG_CONFIG_HOME;
      else process.env.XDG_CONFIG_HOME = before;
    }
  });
});

test('an unknown name brings a suggestion; a shipped one cannot be removed', () => {
  expect(() => library.find('p40x3')).toThrow(
    expect.objectContaining({ fix: expect.stringContaining('p40x2') }),
  );
  expect(() => library.remove('p40x3')).toThrow(expect.objectContaining({ code: 'preset-not-found' }));
  expect(() => library.remove('demo')).toThrow(expect.objectContaining({ code: 'preset-shipped' }));
});
