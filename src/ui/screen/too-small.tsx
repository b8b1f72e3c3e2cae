import { Box, Text } from 'ink';
import { useKeys } from '../keys/context.tsx';
import { useStrings } from '../strings/context.ts';
import { useTheme } from '../theme/theme.ts';
import { useLeave } from './leave.ts';
import { type Size, useTerminalSize } from './size.ts';

/** Says what size is needed and what there is; `q` leaves. */
export function TooSmall({ needs }: { needs: Size }) {
  const { columns, rows } = useTerminalSize();
  const { tooSmall } = useStrings().common;
  const { colors, glyphs } = useTheme();
  const leave = useLeave();
  useKeys('global', { leave: () => leave(), back: () => leave() });
  return (
    <Box width={columns} height={rows} flexDirection="column" overflow="hidden">
      <Text color={colors.warn} bold>
        {`${glyphs.warn} ${tooSmall.title}`}
      </Text>
      <Text>{tooSmall.needs(needs.columns, needs.rows)}</Text>
      <Text>{tooSmall.has(columns, rows + 1)}</Text>
    </Box>
  );
}
