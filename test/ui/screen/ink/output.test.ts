import { styledCharsFromTokens, tokenize } from '@alcalzone/ansi-tokenize';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import InkOutput from '../../../../node_modules/ink/build/output.js';
import Output from '../../../../src/ui/screen/ink/output.ts';

const pieces = [
  ...['a', 'é', '│', '█', '⣿', '░', ' ', '   ', '显卡', '한', 'e\u0301', '👩‍💻', '\u200b', '✓', '\n', '\n\n'],
  ...[
    '\x1b[38;2;1;2;3m',
    '\x1b[31m',
    '\x1b[1m',
    '\x1b[2m',
    '\x1b[22m',
    '\x1b[39m',
    '\x1b[1;7m',
    '\x1b[27m',
    '\x1b[0m',
  ],
];
const text = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(''));
const place = fc.integer({ min: -3, max: 12 });
const edges = { x1: place, x2: place, y1: place, y2: place };

interface Write {
  x: number;
  y: number;
  text: string;
  changed: boolean;
}

const operation = fc.oneof(
  { weight: 4, arbitrary: fc.record<Write>({ x: place, y: place, text, changed: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record(edges) },
  { weight: 1, arbitrary: fc.record({ x1: place, x2: place }) },
  { weight: 1, arbitrary: fc.record({ y1: place, y2: place }) },
  { weight: 2, arbitrary: fc.constant('unclip' as const) },
);

/** What `Text` with a colour does to each of its lines. */
const transformers = [(line: string, index: number) => `\x1b[3${index % 8}m${line}\x1b[39m`];

test('a frame is what Ink makes of it, whatever is written where', () => {
  const frame = fc.array(operation, { maxLength: 10 });
  fc.assert(
    // Two frames one after the other: what is kept of the first must not show in the second.
    fc.property(frame, frame, fc.integer({ min: 1, max: 10 }), (first, second, width) => {
      for (const operations of [first, second, second]) {
        const [ours, inks] = [new Output({ width, height: 6 }), new InkOutput({ width, height: 6 })];
        for (const output of [ours, inks]) {
          for (const each of operations) {
            if (each === 'unclip') output.unclip();
            else if ('text' in each) {
              output.write(each.x, each.y, each.text, { transformers: each.changed ? transformers : [] });
            } else output.clip({ x1: undefined, x2: undefined, y1: undefined, y2: undefined, ...each });
          }
        }
        expect(cellsOf(ours.get())).toEqual(cellsOf(inks.get()));
      }
    }),
    { numRuns: 1000 },
  );
});

/** Every character with its codes; in which order those were written is all the same. */
function cellsOf({ output, height }: { output: string; height: number }) {
  const cells = styledCharsFromTokens(tokenize(output)).map(({ value, styles }) => {
    return (
      value +
      styles
        .map(({ code }) => code)
        .sort()
        .join('')
    );
  });
  return { cells, height };
}
