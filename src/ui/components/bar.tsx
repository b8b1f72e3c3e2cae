import type { Span } from '../layout/spans.ts';
import { fitText, widthOf } from '../layout/text.ts';
import { useLinear } from '../screen/size.ts';
import type { Strings } from '../strings/catalogue.ts';
import { useStrings } from '../strings/context.ts';
import type { Color } from '../theme/colors.ts';
import { type Theme, useTheme } from '../theme/theme.ts';
import { type BarPart, type BarShape, formatPercent, layoutBar } from './bar-shape.ts';
import { SpanRows } from './span-rows.tsx';

export interface BarProps extends BarShape {
  /** Default: the theme's `accent`; what is over the capacity is `bad`, and signed so. */
  color?: Color;
  /** Writes the percentage beside the bar, in `width`. Default: true. */
  percent?: boolean;
}

/** Columns of the percentage: a blank, `100%`, and a sign for what is over-full. */
const percentWidth = 7;

/** How full something is. All in `width` columns and one row. */
export function Bar(props: BarProps) {
  return <SpanRows rows={[useBar()(props)]} />;
}

/** Bars as pieces of a row, for those who draw the whole row; in words for a screen reader. */
export function useBar(): (props: BarProps) => Span[] {
  const theme = useTheme();
  const words = useStrings().common.bar;
  const linear = useLinear();
  return (props) => (linear ? [{ text: describeBar(props, words) }] : drawBar(props, theme));
}

function describeBar({ value, capacity, mark }: BarProps, words: Strings['common']['bar']): string {
  const predicted = mark === undefined ? null : formatPercent(mark, capacity);
  const described = words.describe(formatPercent(value, capacity), predicted);
  return value > capacity ? words.over(described) : described;
}

function drawBar(props: BarProps, { colors, glyphs }: Theme): Span[] {
  const { value, capacity, mark, width, color, percent = true } = props;
  const over = value > capacity;
  const share = formatPercent(value, capacity);
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
  const bar = { value, capacity, mark, width: withPercent ? width - percentWidth : width };
  const pieces = layoutBar(bar, glyphs.bar).map(({ part, text }): Span => {
    return { text, color: paint[part], bold: part === 'mark' || part === 'over' };
  });
  if (!withPercent) return pieces;
  const text = fitText(label, Math.max(percentWidth, widthOf(label)), 'right');
  return [...pieces, { text, color: over ? colors.bad : colors.text, bold: over }];
}
