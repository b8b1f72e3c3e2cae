import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cpuBuild, cudaBuilds } from '../../../src/hardware/torch-build.ts';
import { packageRoot } from '../../../src/package-root.ts';
import { findFaults, type Probe, supportedVersions } from '../../../src/run/environment/probe.ts';
import { compareVersions, parseSupported, satisfies } from '../../../src/run/environment/versions.ts';
import { environmentFault } from '../../../src/words/en/environments.ts';
import { makeCard } from '../fixtures.ts';

const pins = readFileSync(join(packageRoot(), 'python/requirements.txt'), 'utf8')
  .split('\n')
  .filter((line) => line && !line.startsWith('#'))
  .map((line) => {
    const [, name = '', version = ''] =
      /^([\w-]+)==([\d.]+)(?:; python_version (?:<|>=) "3\.\d+")?$/.exec(line) ?? [];
    return { line, name, version };
  });

describe('the pinned requirements', () => {
  it('are exact, each of them', () => {
    expect(pins.filter(({ version }) => version === '')).toEqual([]);
  });

  it('are what pyproject.toml supports', () => {
    const [python, ...supported] = supportedVersions();
    expect(python?.name).toBe('python');
    for (const requirement of supported.filter(({ name }) => name !== 'torch')) {
      const versions = pins.filter(({ name }) => name === requirement.name).map(({ version }) => version);
      expect(versions, requirement.name).not.toEqual([]);
      expect(
        versions.filter((version) => !satisfies(version, requirement)),
        requirement.name,
      ).toEqual([]);
    }
  });

  it('leave torch to the choice of a build, all of which pyproject.toml supports', () => {
    expect(pins.map(({ name }) => name)).not.toContain('torch');
    const torch = supportedVersions().find(({ name }) => name === 'torch')!;
    const versions = [cpuBuild, ...cudaBuilds].map(({ requirement }) => requirement.replace('torch==', ''));
    expect(versions.filter((version) => !satisfies(version, torch))).toEqual([]);
  });
});

describe('versions', () => {
  it('compare by number', () => {
    expect(compareVersions('2.9', '2.11')).toBeLessThan(0);
    expect(compareVersions('2.13.0+cu126', '2.13')).toBe(0);
    expect(compareVersions('5', '4.99.9')).toBeGreaterThan(0);
  });

  it('of pyproject.toml: its bounds and the Python', () => {
    const text =
      'requires-python = ">=3.10"\ndependencies = [\n    "torch>=2.11",\n    "peft>=0.21,<1",\n]\n';
    expect(parseSupported(text)).toEqual([
      { name: 'python', bounds: [{ operator: '>=', version: '3.10' }] },
      { name: 'torch', bounds: [{ operator: '>=', version: '2.11' }] },
      {
        name: 'peft',
        bounds: [
          { operator: '>=', version: '0.21' },
          { operator: '<', version: '1' },
        ],
      },
    ]);
  });
});

describe('findFaults', () => {
  const supported = parseSupported(
    'requires-python = ">=3.10"\ndependencies = [\n"torch>=2.11",\n"peft>=0.21,<1",\n]\n',
  );
  const sound: Probe = {
    python: '3.11.7',
    torch: '2.13.0',
    peft: '0.21.0',
    cuda: '13.0',
    archList: ['sm_75', 'sm_80', 'sm_86', 'sm_90', 'sm_100', 'sm_120'],
    broken: null,
  };
  const faults = (change: Partial<Probe>, cards = [makeCard('RTX 3090', '8.6')]) =>
    findFaults({ ...sound, ...change }, supported, cards).map(environmentFault);

  it('finds none in a sound environment', () => {
    expect(faults({})).toEqual([]);
    expect(faults({}, [makeCard('RTX 4090', '8.9')])).toEqual([]);
  });

  it.each([
    [{ peft: null }, 'peft is missing (peft>=0.21,<1)'],
    [{ peft: '1.0.0' }, 'peft is 1.0.0 (peft>=0.21,<1)'],
    [{ torch: '2.10.0+cu128' }, 'torch is 2.10.0+cu128 (torch>=2.11)'],
    [{ python: '3.9.2' }, 'python is 3.9.2 (python>=3.10)'],
    [{ broken: 'OSError: libcudart' }, 'torch cannot be imported: OSError: libcudart'],
    [{ cuda: null, archList: [] }, 'torch 2.13.0 is built without CUDA'],
  ])('%o', (change, fault) => {
    expect(faults(change)).toEqual([fault]);
  });

  it('finds a card without kernels, and counts PTX for newer ones', () => {
    expect(faults({}, [makeCard('Tesla P40', '6.1')])).toEqual([
      'torch 2.13.0 has no kernels for Tesla P40 (it has sm_75 sm_80 sm_86 sm_90 sm_100 sm_120)',
    ]);
    expect(faults({ archList: ['sm_60'] }, [makeCard('Tesla P40', '6.1')])).toEqual([]);
    expect(faults({ archList: ['sm_90', 'compute_90'] }, [makeCard('RTX 5090', '12.0')])).toEqual([]);
    expect(faults({ archList: ['sm_86'] }, [makeCard('A100', '8.0')])).toHaveLength(1);
  });

  it('asks for no CUDA where there is no card', () => {
    expect(faults({ cuda: null, archList: [] }, [])).toEqual([]);
  });
});
