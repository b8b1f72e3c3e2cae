import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readLines, thinning } from '../../src/run/history.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'history-'));

/** The lines of a file with this content, and where the reading ended. */
function read(content: string, from = 0, to = Buffer.byteLength(content)) {
  const file = path.join(folder, 'lines');
  writeFileSync(file, content);
  const lines: string[] = [];
  for (const reader = readLines(file, from, to); ; ) {
    const { value, done } = reader.next();
    if (done) return { lines, next: value };
    lines.push(value.toString());
  }
}

describe('readLines', () => {
  test('reads complete lines and leaves the last while it is being written', () => {
    expect(read('eins\n\nzwei\ndre')).toEqual({ lines: ['eins', '', 'zwei'], next: 11 });
    expect(read('eins\nzwei\n', 5)).toEqual({ lines: ['zwei'], next: 10 });
    expect(read('eins\nzwei\n', 0, 7)).toEqual({ lines: ['eins'], next: 5 });
    expect(read('', 0, 0)).toEqual({ lines: [], next: 0 });
  });

  test('ends where a file ends that was longer when its size was taken', () => {
    expect(read('eins\nzwei', 0, 100)).toEqual({ lines: ['eins'], next: 5 });
  });

  test('reads what is longer than its buffer, and lines across its edges', () => {
    const lines = [...Array.from({ length: 30_000 }, (_, at) => `${'ä'.repeat(at % 97)} ${at}`)];
    lines.splice(100, 0, 'x'.repeat(3_000_000));
    const content = lines.map((line) => `${line}\n`).join('');
    expect(read(`${content}begun`)).toEqual({ lines, next: Buffer.byteLength(content) });
  });
});

describe('thinning', () => {
  const keeps = thinning(10);
  const kept = (line: string, before = '') => {
    const buffer = Buffer.from(`${before}${line}\n{"type":"step","step":1}`);
    return keeps(buffer, Buffer.byteLength(before), Buffer.byteLength(before + line));
  };
  const t = '"v": 1, "t": "2026-11-25T00:34:44.038Z"';

  test.each([
    ['every tenth step', `{${t}, "type": "step", "attempt": 1, "step": 120, "loss": 1}`, true],
    ['no other', `{${t}, "type": "step", "attempt": 1, "step": 121, "loss": 1}`, false],
    ['its stages with it', `{${t}, "type": "stage", "step": 120, "rank": 3}`, true],
    ['and theirs without', `{${t}, "type": "stage", "step": 7, "rank": 3}`, false],
    ['written closely', '{"v":1,"t":"2026-11-25T00:34:44.038Z","type":"stage","step":7,"rank":3}', false],
    [
      'without milliseconds',
      '{"v":1,"t":"2026-11-25T00:34:44+00:00","type":"step","attempt":12,"step":7,"x":1}',
      false,
    ],
    ['what is rare', `{${t}, "type": "eval", "step": 121, "loss": 1}`, true],
    ['what only begins alike', `{${t}, "type": "stages", "step": 121, "loss": 1}`, true],
    ['a step without its number', `{${t}, "type": "step", "attempt": 1}`, true],
    ['a number cut short', `{${t}, "type": "stage", "step": 12`, true],
    ['nothing of ours', 'hello', true],
    ['nothing', '', true],
  ])('keeps %s', (_, line, expected) => {
    expect(kept(line)).toBe(expected);
    expect(kept(line, `{${t}, "type": "phase", "phase": "load"}\n`)).toBe(expected);
  });
});
