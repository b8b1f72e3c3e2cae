import { describe, expect, it } from 'vitest';
import { findNext, initialLogView, matches, scroll, visibleLines } from '../../../src/ui/monitor/log/view.ts';
import { splitMatches } from '../../../src/ui/monitor/panes/log.tsx';

const log = {
  first: 100,
  lines: Array.from({ length: 50 }, (_, at) => (at % 10 === 0 ? `Error ${at}` : `line ${at}`)),
};
const numbers = (view = initialLogView, height = 5) =>
  visibleLines(log, view, height).map(({ number }) => number);

describe('the log', () => {
  it('follows the newest line', () => {
    expect(numbers()).toEqual([145, 146, 147, 148, 149]);
  });

  it('scrolls, stops at its beginning, and follows again at its end', () => {
    const up = scroll(log, initialLogView, -3, 5);
    expect(numbers(up)).toEqual([142, 143, 144, 145, 146]);
    expect(numbers(scroll(log, up, Number.NEGATIVE_INFINITY, 5))).toEqual([100, 101, 102, 103, 104]);
    expect(scroll(log, up, 3, 5)).toEqual(initialLogView);
  });

  it('stays where one looks while lines come and go', () => {
    const view = scroll(log, initialLogView, -10, 5);
    const more = { first: 110, lines: [...log.lines.slice(10), 'a', 'b'] };
    expect(visibleLines(more, view, 5).map(({ number }) => number)).toEqual(numbers(view));
  });

  it('finds the newest first, then goes on in both directions and around', () => {
    const first = findNext(log, { ...initialLogView, query: 'ERROR' }, -1, 5);
    expect(first.found).toBe(140);
    expect(numbers(first)).toContain(140);
    expect(findNext(log, first, -1, 5).found).toBe(130);
    expect(findNext(log, first, 1, 5).found).toBe(100);
  });

  it('says so when nothing is found', () => {
    expect(findNext(log, { ...initialLogView, query: 'nowhere' }, 1, 5).found).toBeNull();
    expect(matches(log, 'error')).toEqual([100, 110, 120, 130, 140]);
  });

  it('marks what matches', () => {
    expect(splitMatches('an Error, error', 'error')).toEqual([
      { part: 'an ', match: false },
      { part: 'Error', match: true },
      { part: ', ', match: false },
      { part: 'error', match: true },
    ]);
  });
});
