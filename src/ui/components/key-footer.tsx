import { Box, Text } from 'ink';
import { Fragment } from 'react';
import { useActiveKeys } from '../keys/context.tsx';
import { describeKeys, type KeyHint } from '../keys/describe.ts';
import { widthOf } from '../layout/text.ts';
import { useLinear, useTerminalSize } from '../screen/size.ts';
import { useStrings } from '../strings/context.ts';
import { useTheme } from '../theme/theme.ts';

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
export function KeyFooter({ width }: { width?: number }) {
  const { columns } = useTerminalSize();
  const strings = useStrings();
  const { colors, glyphs } = useTheme();
  const hints = describeKeys(useActiveKeys(), strings, glyphs.arrows).filter(({ footer }) => footer);
  if (useLinear()) {
    return <Text>{hints.map(({ keys, words }) => `${keys[0]}: ${words.short}`).join(', ')}</Text>;
  }
  return (
    <Box height={1} width={width ?? columns} flexShrink={0} overflow="hidden">
      <Text wrap="truncate">
        {fitHints(hints, width ?? columns).map(({ context, action, keys, words }, index) => (
          <Fragment key={`${context} ${action}`}>
            {index > 0 && ' '.repeat(gap)}
            <Text color={colors.accent} bold>
              {keys[0]}
            </Text>
            <Text color={colors.muted}> {words.short}</Text>
          </Fragment>
        ))}
      </Text>
    </Box>
  );
}
