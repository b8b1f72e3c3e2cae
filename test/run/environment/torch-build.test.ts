import { describe, expect, it } from 'vitest';
import type { Card } from '../../../src/hardware/card.ts';
import { chooseTorchBuild } from '../../../src/hardware/torch-build.ts';
import { installSteps } from '../../../src/run/environment/installer.ts';
import { makeCard } from '../fixtures.ts';

const p40 = (driver?: string | null) => makeCard('Tesla P40', '6.1', driver);
const v100 = (driver?: string | null) => makeCard('Tesla V100', '7.0', driver);
const t4 = (driver?: string | null) => makeCard('Tesla T4', '7.5', driver);
const rtx3090 = (driver?: string | null) => makeCard('RTX 3090', '8.6', driver);
const rtx4090 = (driver?: string | null) => makeCard('RTX 4090', '8.9', driver);
const h200 = (driver?: string | null) => makeCard('H200', '9.0', driver);
const rtx5090 = (driver?: string | null) => makeCard('RTX 5090', '12.0', driver);

const indexes = 'https://download.pytorch.org/whl';

/** What pip is asked for, last argument group: the requirement and where from. */
function torchArguments(cards: Card[]): string[] {
  const paths = { folder: '/envs/x', base: '/usr/bin/python3', requirements: '/r.txt' };
  const build = chooseTorchBuild(cards);
  return installSteps({ tool: 'pip', build, indexAnswers: true, ...paths })[1]!.args.slice(6);
}

describe('the torch for these cards', () => {
  it.each([
    ['no card', [], ['torch==2.13.0', '--index-url', `${indexes}/cpu`]],
    ['Turing to Blackwell on driver 580', [t4(), rtx3090(), rtx5090()], ['torch==2.13.0']],
    ['two 3090 on driver 590', [rtx3090('590.1'), rtx3090('590.1')], ['torch==2.13.0']],
    ['two P40 on driver 580', [p40(), p40()], ['torch==2.13.0+cu126', '--index-url', `${indexes}/cu126`]],
    [
      'two P40 on driver 525',
      [p40('525.60.13'), p40('525.60.13')],
      ['torch==2.13.0+cu126', '--index-url', `${indexes}/cu126`],
    ],
    ['V100', [v100()], ['torch==2.13.0+cu126', '--index-url', `${indexes}/cu126`]],
    ['a 3090 beside a P40', [rtx3090(), p40()], ['torch==2.13.0+cu126', '--index-url', `${indexes}/cu126`]],
    [
      '4090 on driver 550',
      [rtx4090('550.54.15')],
      ['torch==2.13.0+cu126', '--index-url', `${indexes}/cu126`],
    ],
    ['H200 on driver 570', [h200('570.86.15')], ['torch==2.13.0+cu126', '--index-url', `${indexes}/cu126`]],
    [
      '5090 on driver 575',
      [rtx5090('575.57.08')],
      ['torch==2.11.0+cu128', '--index-url', `${indexes}/cu128`],
    ],
    [
      'a 3090 beside a 5090 on driver 570',
      [rtx3090('570.1'), rtx5090('570.1')],
      ['torch==2.11.0+cu128', '--index-url', `${indexes}/cu128`],
    ],
    ['a driver nobody could tell', [rtx3090(null)], ['torch==2.13.0']],
  ])('%s', (_, cards, expected) => {
    expect(torchArguments(cards)).toEqual(expected);
  });

  it.each([
    ['P40 and 5090', [p40(), rtx5090()], 'no-torch-build', 'Tesla P40 (sm_61), RTX 5090 (sm_120)'],
    ['V100 and 5090', [v100(), rtx5090()], 'no-torch-build', 'Tesla V100 (sm_70), RTX 5090 (sm_120)'],
    [
      'Kepler',
      [makeCard('Tesla K80', '3.7')],
      'no-torch-build',
      'No official PyTorch of version 2.11 or newer serves Tesla K80',
    ],
    [
      'P40 on driver 470',
      [p40('470.256.02')],
      'driver-too-old',
      'driver is 470.256.02; the PyTorch for these cards needs 525',
    ],
    ['3090 on driver 470', [rtx3090('470.256.02')], 'driver-too-old', 'needs 525'],
    ['5090 on a driver that cannot be', [rtx5090('550.1')], 'driver-too-old', 'needs 570'],
  ])('refused: %s', (_, cards, code, message) => {
    expect(() => chooseTorchBuild(cards)).toThrow(
      expect.objectContaining({ code, exitCode: 4, message: expect.stringContaining(message) }),
    );
  });
});

describe('installSteps', () => {
  const build = chooseTorchBuild([p40()]);
  const paths = { folder: '/envs/x', base: '/usr/bin/python3', requirements: '/r.txt' };
  const lines = (request: Parameters<typeof installSteps>[0]) =>
    installSteps(request).map(({ file, args }) => [file, ...args].join(' '));

  it('names an index for torch alone, with pip', () => {
    expect(lines({ tool: 'pip', build, indexAnswers: true, ...paths })).toEqual([
      '/usr/bin/python3 -I -m venv /envs/x',
      `/envs/x/bin/python -I -m pip install --progress-bar off torch==2.13.0+cu126 --index-url ${indexes}/cu126`,
      '/envs/x/bin/python -I -m pip install --progress-bar off -r /r.txt',
    ]);
  });

  it('and with uv', () => {
    expect(lines({ tool: 'uv', build, indexAnswers: true, ...paths })).toEqual([
      'uv venv --python /usr/bin/python3 /envs/x',
      `uv pip install --python /envs/x/bin/python torch==2.13.0+cu126 --index-url ${indexes}/cu126`,
      'uv pip install --python /envs/x/bin/python -r /r.txt',
    ]);
  });

  it('leaves the choice of Python to uv where none is found', () => {
    expect(lines({ tool: 'uv', build, indexAnswers: true, ...paths, base: null })[0]).toBe(
      'uv venv --python >=3.10,<3.15 /envs/x',
    );
  });

  it('names no index that does not answer: a mirror the user has configured may hold the same build', () => {
    expect(lines({ tool: 'pip', build, indexAnswers: false, ...paths })[1]).toBe(
      '/envs/x/bin/python -I -m pip install --progress-bar off torch==2.13.0+cu126',
    );
  });
});
