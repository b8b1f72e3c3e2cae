import { Box, Text } from 'ink';
import { memo } from 'react';
import { useActiveKeys } from '../keys/context.tsx';
import { describeKeys, type KeyHint } from '../keys/describe.ts';
import type { Span } from '../layout/spans.ts';
import { widthOf } from '../layout/text.ts';
import { useLinear, useTerminalSize } from '../screen/size.ts';
import { useStrings } from '../strings/context.ts';
import { useTheme } from '../theme/theme.ts';
import { SpanRows } from './span-rows.tsx';

const gap = 2;

/** The hints that fit in `width` columns, in order. `help` stays to the last: it leads to all others. */
export function fitHints(hints: readonly KeyHint[], width: number): KeyHint[] {
  const help = hints.find(({ action }) => action === 'help');
  const columns = (hint: KeyHint) => widthOf(hint.keys[0]!) + 1 + widthOf(hint.words.short) + gap;
  let left = width + gap - (help ? columns(help) : 0);
  const others = hints.filter((hint) => {
    if (hint === help || left < columns(hint)) return false;
    left -= columns(hint);
    return true;
  });
  return help ? [...others, help] : others;
}

/** One row with the keys that work now; made by the key table, so it never lies. */
export const KeyFooter = memo(({ width }: { width?: number }) => {
  const { columns } = useTerminalSize();
  const strings = useStrings();
  const { colors, glyphs } = useTheme();
  const hints = describeKeys(useActiveKeys(), strings, glyphs.arrows).filter(({ footer }) => footer);
  if (useLinear()) {
    return <Text>{hints.map(({ keys, words }) => `${keys[0]}: ${words.short}`).join(', ')}</Text>;
  }
  const row = fitHints(hints, width ?? columns).flatMap(({ keys, words }, index): Span[] => [
    { text: ' '.repeat(index > 0 ? gap : 0) },
    { text: keys[0]!, color: colors.accent, bold: true },
    { text: ` ${words.short}`, color: colors.muted },
  ]);
  return (
    <Box height={1} width={width ?? columns} flexShrink={0} overflow="hidden">
      <SpanRows rows={[row]} />
    </Box>
  );
});
