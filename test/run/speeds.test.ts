import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { kindOfPlan } from '../../src/plan/measured-speed.ts';
import type { Plan } from '../../src/plan/schema.ts';
import { readSpeeds, rememberSpeed } from '../../src/run/speeds.ts';
import { cpuPlan, eventLine, makeRun, setEnvironment, temporaryFolder } from './fixtures.ts';

let home: string;
beforeEach(() => {
  home = temporaryFolder();
  setEnvironment({ XDG_DATA_HOME: home });
});
const folder = () => join(home, 'ft-wizard', 'speeds');
const at = (minute: number) => `2026-11-27T20:0${minute}:00.000Z`;

function finished(
  plan: Plan,
  told: { source: 'rehearsal' | 'steps'; predicted: number; measured: number; attempt?: number }[],
) {
  const run = makeRun({ plan });
  const lines = told.map((one, index) =>
    eventLine({ t: at(index), type: 'calibration', attempt: 1, ...one }),
  );
  writeFileSync(run.eventsFile, `${lines.join('')}{"v": 1, "type": "calib`);
  return run;
}

describe('what a run has told of its speed', () => {
  test('is remembered for plans to come: its steps, before its rehearsal', () => {
    const run = finished(cpuPlan, [
      { source: 'rehearsal', predicted: 2, measured: 3 },
      { source: 'steps', predicted: 1, measured: 1.25 },
      { source: 'steps', predicted: 1, measured: 9, attempt: 2 },
    ]);
    rememberSpeed(run, 1);
    expect(readSpeeds()).toEqual([{ kind: kindOfPlan(cpuPlan), factor: 1.25, date: at(1) }]);
  });

  test('replaces what was known of its kind, which its own plan had gone by', () => {
    rememberSpeed(finished(cpuPlan, [{ source: 'rehearsal', predicted: 2, measured: 3 }]), 1);
    const calibration = { factor: 1.5, date: at(0), exact: true };
    const next = { ...cpuPlan, throughput: { ...cpuPlan.throughput, calibration } };
    rememberSpeed(finished(next, [{ source: 'rehearsal', predicted: 3, measured: 2.7 }]), 1);
    expect(readSpeeds()).toEqual([expect.objectContaining({ factor: expect.closeTo(1.35, 9) })]);
  });

  test('is kept for each kind of training', () => {
    const other: Plan = {
      ...cpuPlan,
      checkpointing: cpuPlan.checkpointing === 'full' ? 'none' : 'full',
    };
    for (const plan of [cpuPlan, other]) {
      rememberSpeed(finished(plan, [{ source: 'rehearsal', predicted: 1, measured: 1 }]), 1);
    }
    expect(readdirSync(folder())).toHaveLength(2);
  });

  test('is nothing where CPU ranks stood in for cards, and where nothing was rehearsed', () => {
    const gpu = { uuid: 'GPU-0', index: 0, name: 'Tesla P40' };
    const standIn: Plan = {
      ...cpuPlan,
      device: 'cpu',
      ranks: cpuPlan.ranks.map((rank) => ({ ...rank, gpu })),
    };
    rememberSpeed(finished(standIn, [{ source: 'rehearsal', predicted: 1, measured: 50 }]), 1);
    rememberSpeed(finished(cpuPlan, []), 1);
    expect(readSpeeds()).toEqual([]);
  });
});

test('what lies there and is no speed of this version is passed over', () => {
  rememberSpeed(finished(cpuPlan, [{ source: 'rehearsal', predicted: 1, measured: 1 }]), 1);
  writeFileSync(join(folder(), 'torn.json'), '{');
  writeFileSync(join(folder(), 'old.json'), '{"factor": 2}');
  expect(readSpeeds()).toHaveLength(1);
});
