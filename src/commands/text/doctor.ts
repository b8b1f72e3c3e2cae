import type { Finding } from '../doctor.ts';
import type { Paint } from './paint.ts';

const marks = {
  ok: ['green', 'ok  '],
  warning: ['yellow', 'note'],
  failure: ['red', 'FAIL'],
} as const;

/** One line a finding, its subject named once, and what to do where something is to be done. */
export function formatFindings(findings: Finding[], paint: Paint): string {
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  const lines = findings.flatMap(({ subject, state, found, fix }, index) => {
    const [style, mark] = marks[state];
    const name = findings[index - 1]?.subject === subject ? '' : subject;
    const margin = ' '.repeat(width + 8);
    const text = found.replaceAll('\n', `\n${margin}`);
    const line = `${name.padEnd(width)}  ${paint(style, mark)}  ${text}`;
    return fix === null ? [line] : [line, `${margin}${paint('bold', 'Fix:')} ${fix}`];
  });
  return lines.join('\n');
}
