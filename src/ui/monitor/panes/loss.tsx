import { Box, Text } from 'ink';
import { memo } from 'react';
import { formatNumber } from '../../../units.ts';
import { BrailleChart } from '../../components/chart.tsx';
import type { Range } from '../../components/draw-chart.ts';
import { drawSparkline } from '../../components/draw-sparkline.ts';
import { SpanRows } from '../../components/span-rows.tsx';
import type { Span } from '../../layout/spans.ts';
import { fitText, widthOf } from '../../layout/text.ts';
import { wrapText } from '../../layout/wrap.ts';
import { useStrings } from '../../strings/context.ts';
import type { Color } from '../../theme/colors.ts';
import { useTheme } from '../../theme/theme.ts';
import { formatLoss, formatRate } from '../format.ts';
import { type History, meanOf } from '../state/history.ts';
import type { MonitorState } from '../state/state.ts';
import { meanLine, outline } from './curves.ts';

export interface PaneProps {
  state: MonitorState;
  /** Inside of the frame. */
  width: number;
  height: number;
}

/** Loss over the whole run, raw and smoothed, held-out rows marked; `sparks` adds learning rate and gradient norm in one row. */
export const LossPane = memo(({ state, width, height, sparks }: PaneProps & { sparks: boolean }) => {
  const { loss } = useStrings().monitor;
  const { colors } = useTheme();
  if (!state.step) {
    const text = state.phase === 'rehearse' ? loss.rehearsing : loss.waiting;
    return <Text color={colors.muted}>{wrapText(text, width).join('\n')}</Text>;
  }
  const legend = height >= 8 ? 1 : 0;
  const below = sparks && height >= 6 ? 1 : 0;
  return (
    <Box flexDirection="column">
      <LossChart state={state} width={width} height={height - below - legend} />
      {legend > 0 && <Legend state={state} width={width} />}
      {below > 0 && <SparkRow state={state} width={width} />}
    </Box>
  );
});

function LossChart({ state, width, height }: PaneProps) {
  const { colors } = useTheme();
  const range = lossRange(state);
  return (
    <BrailleChart
      width={width}
      height={height}
      {...(range && { yRange: range })}
      formatY={(value) => value.toFixed(2)}
      series={[
        { points: outline(state.loss), color: colors.muted },
        { points: meanLine(state.smoothed), color: colors.accent },
        { points: meanLine(state.evaluations), color: colors.warn, style: 'marks' },
      ]}
    />
  );
}

function Legend({ state, width }: { state: MonitorState; width: number }) {
  const { loss } = useStrings().monitor;
  const { colors, glyphs } = useTheme();
  const first = loss.step(Math.max(1, state.loss.buckets[0]?.step ?? 1));
  const last = loss.step(state.step?.step ?? 1);
  const entries: [string, Color, string][] = [
    [glyphs.points[0], colors.muted, loss.raw],
    [glyphs.points[1 % glyphs.points.length]!, colors.accent, loss.smoothed],
  ];
  if (state.evaluations.buckets.length > 0) entries.push([glyphs.mark, colors.warn, loss.evaluation]);
  const legend = entries.reduce((sum, [sign, , text]) => sum + widthOf(sign) + widthOf(text) + 3, -2);
  const gap = width - widthOf(first) - widthOf(last) - legend;
  const described = entries.flatMap(([sign, color, text], index): Span[] => [
    { text: index > 0 ? '  ' : '' },
    { text: sign, color, bold: true },
    { text: ` ${text}`, color: colors.muted },
  ]);
  const between: Span[] =
    gap < 2
      ? [{ text: ' '.repeat(Math.max(1, width - widthOf(first) - widthOf(last))) }]
      : [
          { text: ' '.repeat(Math.floor(gap / 2)) },
          ...described,
          { text: ' '.repeat(gap - Math.floor(gap / 2)) },
        ];
  const row = [{ text: first, color: colors.muted }, ...between, { text: last, color: colors.muted }];
  return <SpanRows rows={[row]} />;
}

/** Both figures in one row, with what they were before. */
function SparkRow({ state, width }: { state: MonitorState; width: number }) {
  const { loss } = useStrings().monitor;
  const { colors, glyphs } = useTheme();
  const half = Math.floor(width / 2);
  const figures: [string, History, Color, (value: number) => string, number][] = [
    [
      half < 24 ? loss.learningRateShort : loss.learningRate,
      state.learningRate,
      colors.series[3] ?? '',
      formatRate,
      half,
    ],
    [
      half < 24 ? loss.gradNormShort : loss.gradNorm,
      state.gradNorm,
      colors.series[1] ?? '',
      formatNumber,
      width - half,
    ],
  ];
  const row = figures.flatMap(([title, history, color, format, room]): Span[] => {
    const now = history.buckets.at(-1)?.last;
    const value = now === undefined ? '' : ` ${format(now)} `;
    const titleWidth = Math.min(widthOf(title), room - widthOf(value));
    const rest = Math.max(0, room - titleWidth - widthOf(value) - 2);
    return [
      { text: fitText(title, titleWidth, 'left', glyphs.ellipsis), color: colors.muted },
      { text: value, bold: true },
      { text: sparkOf(history, rest, glyphs.spark), color },
      { text: '  ' },
    ];
  });
  return <SpanRows rows={[row]} />;
}

function sparkOf(history: History, width: number, levels: readonly string[]): string {
  const { buckets } = history;
  if (buckets.length === 0 || width < 4) return ' '.repeat(Math.max(0, width));
  // The whole history in so few columns: of each part its newest bucket.
  const values = Array.from(
    { length: Math.min(width, buckets.length) },
    (_, column, count = Math.min(width, buckets.length)) =>
      meanOf(buckets[Math.ceil(((column + 1) * buckets.length) / count) - 1]!),
  );
  return drawSparkline(values, width, [Math.min(0, ...values), Math.max(...values)], levels)
    .trimStart()
    .padEnd(width);
}

/** Share of the steps that the y axis need not show. */
const wild = 0.03;

/** The steps but for the wildest, which are often the first: neither a spike nor the start must flatten all the rest. */
export function lossRange({ loss, smoothed, evaluations }: MonitorState): Range | undefined {
  const highs = loss.buckets.map(({ high }) => high).sort((a, b) => a - b);
  const sure = [
    ...smoothed.buckets.slice(Math.floor(smoothed.buckets.length * wild)),
    ...evaluations.buckets,
  ];
  if (highs.length === 0) return undefined;
  const usual = highs[Math.ceil(highs.length * (1 - wild)) - 1]!;
  const high = sure.reduce((most, bucket) => Math.max(most, meanOf(bucket)), usual);
  const low = [...loss.buckets, ...sure].reduce((least, bucket) => Math.min(least, bucket.low), high);
  return low < high ? [low, high] : [low - 0.5, high + 0.5];
}

/** For the frame: the newest smoothed loss. */
export function lossNote({ smoothed }: MonitorState): string {
  const now = smoothed.buckets.at(-1)?.last;
  return now === undefined ? '' : formatLoss(now);
}
