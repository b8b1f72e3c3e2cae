import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Output } from '../../src/commands/output.ts';
import { watchRun } from '../../src/commands/watch.ts';
import { eventLine, makeRun, stepEvent } from '../run/fixtures.ts';

/** Says nothing itself; what it was told to say is kept. */
class Listener extends Output {
  readonly said: string[] = [];
  readonly #isSpoken: boolean;

  constructor(isSpoken: boolean) {
    super();
    this.#isSpoken = isSpoken;
  }

  override get isSpoken() {
    return this.#isSpoken;
  }

  override say(text: string) {
    this.said.push(text);
  }
}

/** Numbers of the steps that are told of a run of ten, four seconds apart. */
async function stepsTold(isSpoken: boolean): Promise<number[]> {
  const run = makeRun();
  const at = (step: number) => new Date(Date.UTC(2026, 10, 24) + step * 4000).toISOString();
  const lines = Array.from({ length: 10 }, (_, index) =>
    eventLine({ ...stepEvent(index + 1), t: at(index + 1) }),
  );
  writeFileSync(run.eventsFile, lines.join(''));
  run.writeStatus({ ...run.readStatus(), phase: 'done', exitCode: 0 });
  const output = new Listener(isSpoken);
  await watchRun(run, output);
  return output.said.flatMap((text) => /^ +step +(\d+)\/10/.exec(text)?.slice(1) ?? []).map(Number);
}

test('every step is told; where all is read out, one in ten seconds and the last', async () => {
  expect(await stepsTold(false)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(await stepsTold(true)).toEqual([1, 4, 7, 10]);
});
