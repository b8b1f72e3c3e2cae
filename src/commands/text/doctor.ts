import type { Finding } from '../doctor.ts';
import type { Paint } from './paint.ts';
import { paragraph } from './paragraph.ts';

const marks = {
  ok: ['green', 'ok  '],
  warning: ['yellow', 'note'],
  failure: ['red', 'FAIL'],
} as const;

/** One line a finding, its subject named once, and what to do where something is to be done. */
export function formatFindings(findings: Finding[], paint: Paint, columns: number | null): string {
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  const lines = findings.flatMap(({ subject, state, found, fix }, index) => {
    const [style, mark] = marks[state];
    const name = findings[index - 1]?.subject === subject ? '' : subject;
    const head = (shown: string) => `${name.padEnd(width)}  ${shown}  `;
    const margin = ' '.repeat(width + 8);
    const [first = '', ...rest] = found.split('\n');
    return [
      paragraph(head(mark), first, columns, head(paint(style, mark))),
      ...rest.map((line) => paragraph(margin, line, columns)),
      ...(fix === null
        ? []
        : [paragraph(`${margin}Fix: `, fix, columns, `${margin}${paint('bold', 'Fix:')} `)]),
    ];
  });
  return lines.join('\n');
}
