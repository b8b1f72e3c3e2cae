import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRun, listRuns, openRun, runsRoot } from '../../src/run/directory.ts';
import { makeRunId } from '../../src/run/run-id.ts';
import { cpuPlan, makeRun, setEnvironment, temporaryFolder } from './fixtures.ts';

describe('runsRoot', () => {
  it('follows XDG_DATA_HOME, and --runs-dir before it', () => {
    setEnvironment({ XDG_DATA_HOME: '/data' });
    expect(runsRoot()).toBe('/data/ft-wizard/runs');
    expect(runsRoot('/elsewhere')).toBe('/elsewhere');
  });

  it('ignores a relative XDG_DATA_HOME, as the specification says', () => {
    setEnvironment({ XDG_DATA_HOME: 'data', HOME: '/home/ada' });
    expect(runsRoot()).toBe('/home/ada/.local/share/ft-wizard/runs');
  });
});

describe('makeRunId', () => {
  const evening = new Date(2026, 10, 24, 22, 51);
  it.each([
    ['TigerResearch/tigerbot-13b-base', '20261124-2251-tigerbot-13b-base'],
    ['/models/Llama 2 (chat)', '20261124-2251-llama-2-chat'],
    ['demo', '20261124-2251-demo'],
    ['模型', '20261124-2251-model'],
  ])('of %s is %s', (model, id) => {
    expect(makeRunId(model, evening)).toBe(id);
  });
});

describe('createRun', () => {
  it('holds recipe, plan and status, and the data it was given', () => {
    const root = temporaryFolder();
    const recipe = makeRun({ root }).readRecipe();
    const run = createRun({
      root,
      recipe,
      plan: cpuPlan,
      addData: ({ dataFile }) => writeFileSync(dataFile, '{}'),
    });
    expect(run.readRecipe()).toEqual(recipe);
    expect(run.readPlan(1)).toEqual(cpuPlan);
    expect(run.readStatus()).toMatchObject({ id: run.id, phase: 'preparing', attempt: 1, exitCode: null });
    expect(readdirSync(run.path).sort()).toEqual([
      'attempts',
      'checkpoints',
      'control',
      'data.json',
      'recipe.json',
      'status.json',
    ]);
  });

  it('numbers runs of the same minute and never takes the place of another', () => {
    const root = temporaryFolder();
    const [first, second, third] = [makeRun({ root }), makeRun({ root }), makeRun({ root })];
    // The minute may turn between two of them; the names stay distinct all the same.
    expect(new Set([first.id, second.id, third.id]).size).toBe(3);
    expect(listRuns(root).map(({ run }) => run.id)).toEqual([third.id, second.id, first.id]);
  });

  it('leaves nothing behind when the data cannot be added', () => {
    const root = temporaryFolder();
    const recipe = makeRun({ root }).readRecipe();
    const before = readdirSync(root);
    const fail = () => {
      throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    };
    expect(() => createRun({ root, recipe, plan: cpuPlan, addData: fail })).toThrow(
      expect.objectContaining({
        code: 'runs-dir-unwritable',
        exitCode: 4,
        message: expect.stringContaining('full'),
      }),
    );
    expect(readdirSync(root)).toEqual(before);
  });

  it('refuses a root that is a file', () => {
    const root = join(temporaryFolder(), 'runs');
    writeFileSync(root, '');
    expect(() => makeRun({ root })).toThrow(expect.objectContaining({ code: 'runs-dir-unwritable' }));
  });
});

describe('openRun', () => {
  it('takes the newest, an id, an unambiguous beginning, a path, or a file in it', () => {
    const root = temporaryFolder();
    const older = join(root, '20250101-0900-llama');
    makeRunAt(root, older);
    const newest = makeRun({ root });
    expect(openRun(undefined, root).id).toBe(newest.id);
    expect(openRun('2025', root).path).toBe(older);
    expect(openRun('20250101-0900-llama', root).path).toBe(older);
    expect(openRun(older, '/nowhere').path).toBe(older);
    expect(openRun(join(older, 'status.json'), '/nowhere').path).toBe(older);
  });

  it('prefers an exact id to those it begins', () => {
    const root = temporaryFolder();
    makeRunAt(root, join(root, '20250101-0900-llama'));
    makeRunAt(root, join(root, '20250101-0900-llama-2'));
    expect(openRun('20250101-0900-llama', root).id).toBe('20250101-0900-llama');
    expect(() => openRun('2025', root)).toThrow(
      expect.objectContaining({ code: 'run-ambiguous', exitCode: 2 }),
    );
  });

  it.each([undefined, 'nothing', './nothing'])('says that there is none: %s', (wanted) => {
    expect(() => openRun(wanted, temporaryFolder())).toThrow(
      expect.objectContaining({ code: 'run-not-found', exitCode: 2 }),
    );
  });
});

describe('listRuns', () => {
  it('shows broken runs as such', () => {
    const root = temporaryFolder();
    const good = makeRun({ root });
    mkdirSync(join(root, '20200101-0000-empty'));
    const torn = makeRun({ root });
    writeFileSync(torn.statusFile, '{"version": 1, "id":');
    const listed = listRuns(root);
    expect(listed.find(({ run }) => run.id === good.id)).toMatchObject({
      broken: null,
      status: { phase: 'preparing' },
    });
    expect(listed.find(({ run }) => run.id === torn.id)?.broken).toContain(
      'status.json cannot be read: it is not JSON',
    );
    expect(listed.at(-1)?.broken).toContain('recipe.json cannot be read: there is no such file');
  });

  it('is empty where there is no folder yet', () => {
    expect(listRuns('/nowhere/at/all')).toEqual([]);
  });
});

function makeRunAt(root: string, path: string): void {
  const run = makeRun({ root });
  mkdirSync(path);
  writeFileSync(join(path, 'status.json'), JSON.stringify(run.readStatus()));
}
