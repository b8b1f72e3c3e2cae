import { Box, Text } from 'ink';
import type { Span } from '../layout/spans.ts';
import { fitText, widthOf } from '../layout/text.ts';
import { useLinear } from '../screen/size.ts';
import { useStrings } from '../strings/context.ts';
import type { Color } from '../theme/colors.ts';
import { useTheme } from '../theme/theme.ts';
import { drawChart, type Range, type Series } from './draw-chart.ts';
import { SpanRows } from './span-rows.tsx';

export interface ChartProps {
  series: readonly (Series & {
    color: Color;
    /** Said in the legend; what is drawn without one needs none. */
    label?: string;
  })[];
  /** Columns and rows, axis included. */
  width: number;
  height: number;
  xRange?: Range;
  yRange?: Range;
  /** How the ends of the y axis are written. Default: three significant digits. */
  formatY?: (value: number) => string;
}

const threeDigits = (value: number) => String(Number(value.toPrecision(3)));

/** Lines over a common x axis, with the y axis' ends at the left. */
export function BrailleChart({ series, width, height, xRange, yRange, formatY = threeDigits }: ChartProps) {
  const { colors, glyphs } = useTheme();
  const words = useStrings().common.chart;
  const linear = useLinear();
  // The axis is as wide as its labels, which only the chart's own range tells; a first drawing of one character finds it out.
  const range = drawChart(series, { width: 1, height: 1, xRange, yRange, glyphs })?.yRange;
  if (!range) return <Text color={colors.muted}>{words.nothingYet}</Text>;
  const [low, high] = range.map(formatY) as [string, string];
  if (linear) return <Text>{words.describe(low, high)}</Text>;

  const axis = Math.max(widthOf(low), widthOf(high));
  const chart = drawChart(series, { width: width - axis - 1, height, xRange, yRange: range, glyphs });
  if (!chart) return null;
  const rows = chart.rows.map((row, index): Span[] => {
    const label = index === 0 ? high : index === chart.rows.length - 1 ? low : '';
    return [
      { text: fitText(label, axis, 'right'), color: colors.muted },
      { text: glyphs.border.left, color: colors.border },
      ...row.map(({ text, series: at }) => ({ text, color: at === null ? '' : series[at]!.color })),
    ];
  });
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0}>
      <SpanRows rows={rows} />
    </Box>
  );
}
