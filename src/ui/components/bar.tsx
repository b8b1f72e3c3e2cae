import { Text } from 'ink';
import { fitText, widthOf } from '../layout/text.ts';
import { useLinear } from '../screen/size.ts';
import { useStrings } from '../strings/context.ts';
import type { Color } from '../theme/colors.ts';
import { useTheme } from '../theme/theme.ts';
import { type BarPart, type BarShape, formatPercent, layoutBar } from './bar-shape.ts';

export interface BarProps extends BarShape {
  /** Default: the theme's `accent`; what is over the capacity is `bad`, and signed so. */
  color?: Color;
  /** Writes the percentage beside the bar, in `width`. Default: true. */
  percent?: boolean;
}

/** Columns of the percentage: a blank, `100%`, and a sign for what is over-full. */
const percentWidth = 7;

/** How full something is. All in `width` columns and one row. */
export function Bar({ value, capacity, mark, width, color, percent = true }: BarProps) {
  const { colors, glyphs } = useTheme();
  const words = useStrings().common.bar;
  const over = value > capacity;
  const share = formatPercent(value, capacity);
  if (useLinear()) {
    const predicted = mark === undefined ? null : formatPercent(mark, capacity);
    const described = words.describe(share, predicted);
    return <Text>{over ? words.over(described) : described}</Text>;
  }
  const withPercent = percent && width > percentWidth + 3;
  const fill = color ?? colors.accent;
  const paint: Record<BarPart, Color> = {
    used: fill,
    over: colors.bad,
    free: colors.border,
    mark: colors.text,
    limit: colors.bad,
  };
  const label = over ? `${share} ${glyphs.bad}` : share;
  return (
    <Text wrap="truncate">
      {layoutBar(
        { value, capacity, mark, width: withPercent ? width - percentWidth : width },
        glyphs.bar,
      ).map(({ part, text }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other name, and no state.
        <Text key={index} color={paint[part]} bold={part === 'mark' || part === 'over'}>
          {text}
        </Text>
      ))}
      {withPercent && (
        <Text color={over ? colors.bad : colors.text} bold={over}>
          {fitText(label, Math.max(percentWidth, widthOf(label)), 'right')}
        </Text>
      )}
    </Text>
  );
}
