import { Text } from 'ink';
import type { Color } from '../../theme/colors.ts';
import { useTheme } from '../../theme/theme.ts';
import type { Blocks } from './layout.ts';

/** One row of layers: what is trained stands out by sign, weight and colour. */
export function BlockRow({ runs, color }: { runs: readonly Blocks[]; color: Color }) {
  const { colors, glyphs } = useTheme();
  return (
    <Text wrap="truncate">
      {runs.map(({ trained, count }) => (
        <Text key={String(trained)} color={trained ? color : colors.muted} bold={trained}>
          {(trained ? glyphs.layer.trained : glyphs.layer.frozen).repeat(count)}
        </Text>
      ))}
    </Text>
  );
}
