import { Text } from 'ink';
import { useMemo } from 'react';
import { wrapText } from '../layout/wrap.ts';
import { useStrings } from '../strings/context.ts';
import type { Color } from '../theme/colors.ts';
import { useTheme } from '../theme/theme.ts';
import { adviceFor } from './advice/rules.ts';
import { sayAdvice } from './advice/sayings.ts';
import type { MonitorState } from './state/state.ts';

/** A sentence under the header, in rows. */
export interface Said {
  sign: string;
  color: Color;
  bold: boolean;
  /** One at least, which is blank while all is well. */
  rows: string[];
}

/** What is said now: what was just asked for, else what is off and what helps. */
export function useAdvice(state: MonitorState, width: number, notice: string | null): Said {
  const strings = useStrings();
  const { colors, glyphs } = useTheme();
  const advice = useMemo(() => adviceFor(state)[0], [state]);
  const wrap = (text: string) => wrapText(text, width - 4);
  if (notice !== null) return { sign: glyphs.ok, color: colors.ok, bold: false, rows: wrap(notice) };
  if (!advice) return { sign: '', color: '', bold: false, rows: [''] };
  const rows = wrap(sayAdvice(advice, strings));
  return advice.severity === 'bad'
    ? { sign: glyphs.bad, color: colors.bad, bold: true, rows }
    : { sign: glyphs.warn, color: colors.warn, bold: false, rows };
}

export function AdviceRows({ sign, color, bold, rows }: Said) {
  return (
    <Text color={color} bold={bold} wrap="truncate">
      {rows.map((row, index) => ` ${index === 0 ? sign || ' ' : ' '} ${row}`).join('\n')}
    </Text>
  );
}
