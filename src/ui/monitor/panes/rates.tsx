import { Box } from 'ink';
import { memo } from 'react';
import { formatNumber } from '../../../units.ts';
import { BrailleChart } from '../../components/chart.tsx';
import { SpanRows } from '../../components/span-rows.tsx';
import { fitText, widthOf } from '../../layout/text.ts';
import { useStrings } from '../../strings/context.ts';
import type { Color } from '../../theme/colors.ts';
import { useTheme } from '../../theme/theme.ts';
import { formatRate } from '../format.ts';
import type { History } from '../state/history.ts';
import { outline } from './curves.ts';
import type { PaneProps } from './loss.tsx';

/** From this inside height on, the charts stand one below the other. */
const stackedFrom = 10;

/** Learning rate and gradient norm over the whole run. */
export const RatesPane = memo(({ state, width, height }: PaneProps) => {
  const { loss } = useStrings().monitor;
  const { colors } = useTheme();
  const stacked = height >= stackedFrom && width < 80;
  const [first, second] = stacked
    ? [
        { width, height: Math.ceil(height / 2) },
        { width, height: Math.floor(height / 2) },
      ]
    : [
        { width: Math.floor(width / 2) - 1, height },
        { width: width - Math.floor(width / 2) - 1, height },
      ];
  return (
    <Box flexDirection={stacked ? 'column' : 'row'} columnGap={2}>
      <SmallChart
        {...first!}
        title={loss.learningRate}
        history={state.learningRate}
        color={colors.series[3] ?? ''}
        format={formatRate}
      />
      <SmallChart
        {...second!}
        title={loss.gradNorm}
        history={state.gradNorm}
        color={colors.series[4] ?? ''}
        format={formatNumber}
      />
    </Box>
  );
});

function SmallChart(props: {
  title: string;
  history: History;
  color: Color;
  width: number;
  height: number;
  format: (value: number) => string;
}) {
  const { colors } = useTheme();
  const { title, history, color, width, height, format } = props;
  const now = history.buckets.at(-1)?.last;
  const value = now === undefined ? '' : format(now);
  return (
    <Box flexDirection="column" width={width} flexShrink={0}>
      <SpanRows
        rows={[
          [
            { text: fitText(title, width - widthOf(value)), color: colors.muted },
            { text: value, bold: true },
          ],
        ]}
      />
      <BrailleChart
        width={width}
        height={height - 1}
        formatY={format}
        series={[{ points: outline(history), color }]}
      />
    </Box>
  );
}
