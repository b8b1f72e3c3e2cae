import { Box, Text } from 'ink';
import { Bar } from '../../components/bar.tsx';
import { fitText, widthOf } from '../../layout/text.ts';
import { useStrings } from '../../strings/context.ts';
import { useTheme } from '../../theme/theme.ts';
import { mean } from '../advice/measures.ts';
import { drawTimeline, idleShare, simulateStep } from '../pipeline/schedule.ts';
import { drawStackedSteps } from '../pipeline/stacked.ts';
import type { MonitorState, RankStep } from '../state/state.ts';
import type { PaneProps } from './loss.tsx';

/** Steps that the mean is taken over. */
const window = 20;

/** How every rank spends a step: on average, step by step, and, where there is room, one step as its schedule orders it. */
export function PipelinePane({ state, width, height }: PaneProps) {
  const words = useStrings().monitor.pipeline;
  const { colors } = useTheme();
  const { ranks } = state.plan;
  if (state.ranks.size === 0) return <Text color={colors.muted}>{words.nothingYet}</Text>;
  const timeline = timelineRows(state, height);
  const rows = Math.max(1, Math.min(6, Math.floor((height - 1 - timeline) / ranks.length)));
  return (
    <Box flexDirection="column">
      <Legend width={width} stepColumns={columnsOf(width).steps} state={state} />
      {ranks.map(({ rank, stage }) => (
        <RankRows key={rank} {...{ state, rank, stage, width, rows }} />
      ))}
      {timeline > 0 && (
        <Timeline state={state} width={width} spaced={height > 1 + rows * ranks.length + timeline} />
      )}
    </Box>
  );
}

/** Rows that the picture of a step takes, its title included; 0 where there is no room or nothing to see. */
function timelineRows({ plan }: MonitorState, height: number): number {
  const needed = plan.stages.length + 1;
  return plan.stages.length > 1 && height >= 1 + plan.ranks.length + needed ? needed : 0;
}

/** Columns of the label, the mean's bar, its percentage, and the steps. */
function columnsOf(width: number) {
  const label = width < 70 ? 9 : 11;
  const share = 6;
  const bar = Math.max(8, Math.min(36, Math.floor((width - label - share) * 0.32)));
  return { label, bar, share, steps: Math.max(0, width - label - bar - share - 2) };
}

function Legend({ width, stepColumns, state }: { width: number; stepColumns: number; state: MonitorState }) {
  const words = useStrings().monitor.pipeline;
  const { colors, glyphs } = useTheme();
  const steps = Math.min(
    stepColumns,
    Math.max(0, ...[...state.ranks.values()].map((rank) => rank.steps.length)),
  );
  const text = words.recent(steps).length < stepColumns ? words.recent(steps) : words.recentShort(steps);
  const used = widthOf(words.busy) + widthOf(words.waiting) + 6;
  return (
    <Text wrap="truncate">
      <Text color={colors.accent}>{glyphs.bar.full}</Text>
      {` ${words.busy}  `}
      <Text color={colors.accent}>{glyphs.bar.empty}</Text>
      {` ${words.waiting}`}
      <Text color={colors.muted}>{fitText(text, Math.max(0, width - used), 'right', glyphs.ellipsis)}</Text>
    </Text>
  );
}

function RankRows(props: { state: MonitorState; rank: number; stage: number; width: number; rows: number }) {
  const { state, rank, stage, width, rows } = props;
  const words = useStrings().monitor.pipeline;
  const { colors, glyphs } = useTheme();
  const columns = columnsOf(width);
  const steps: readonly RankStep[] = state.ranks.get(rank)?.steps ?? [];
  const newest = steps.slice(-window);
  const [busy, waiting] = [mean(newest, 'busy'), mean(newest, 'waiting')];
  const share = busy + waiting > 0 ? busy / (busy + waiting) : 0;
  const [first, end] = state.plan.stages[stage]!.layers;
  const color = colors.series[rank % colors.series.length]!;
  const chart = drawStackedSteps(steps, columns.steps, rows, glyphs);
  const label = `${rank} ${words.layers(first, Math.max(first, end - 1))}`;
  return (
    <>
      {chart.map((columnsRow, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place.
        <Text key={row} wrap="truncate">
          <Text color={color} bold>
            {fitText(row === 0 ? label : '', columns.label, 'left', glyphs.ellipsis)}
          </Text>
          {row === 0 ? (
            <Bar value={share} capacity={1} width={columns.bar} color={color} percent={false} />
          ) : (
            <Text color={colors.muted}>{fitText(row === 1 ? seconds(busy, waiting) : '', columns.bar)}</Text>
          )}
          <Text bold>
            {fitText(row === 0 ? `${Math.round(share * 100)}%` : '', columns.share - 1, 'right')}
          </Text>
          {'   '}
          <Text color={color}>{columnsRow}</Text>
        </Text>
      ))}
    </>
  );

  function seconds(busySeconds: number, waitingSeconds: number): string {
    const text = (value: number) => (value < 10 ? value.toFixed(2) : value.toFixed(1));
    const long = `${text(busySeconds)} s ${words.busy}, ${text(waitingSeconds)} s ${words.waiting}`;
    return widthOf(long) <= columns.bar ? long : `${text(busySeconds)} + ${text(waitingSeconds)} s`;
  }
}

/** One step as the schedule orders it, a row a stage: each micro-batch by its number, backward inverse, idle as waiting is. */
function Timeline({ state, width, spaced }: { state: MonitorState; width: number; spaced: boolean }) {
  const words = useStrings().monitor.pipeline;
  const { colors, glyphs } = useTheme();
  const { plan, ranks } = state;
  const busy = plan.stages.map((_, stage) => {
    const own = plan.ranks.filter((rank) => rank.stage === stage);
    return mean(
      own.flatMap(({ rank }) => ranks.get(rank)?.steps.slice(-window) ?? []),
      'busy',
    );
  });
  const tasks = simulateStep(plan, busy);
  const idle = Math.round(idleShare(tasks, plan.stages.length) * 100);
  const { label } = columnsOf(width);
  const sign = ` 1 ${words.forward}  1 ${words.backward}`;
  const long = words.schedule(plan.schedule, idle);
  const title = widthOf(long) + widthOf(sign) + 2 <= width ? long : words.scheduleShort(idle);
  return (
    <Box flexDirection="column" marginTop={spaced ? 1 : 0} flexShrink={0}>
      <Text wrap="truncate">
        <Text color={colors.muted}>
          {fitText(title, Math.max(0, width - widthOf(sign)), 'left', glyphs.ellipsis)}
        </Text>
        {'  '}
        <Text color={colors.accent}>1</Text>
        {` ${words.forward} `}
        <Text color={colors.accent} inverse>
          1
        </Text>
        {` ${words.backward}`}
      </Text>
      {plan.stages.map((_, stage) => {
        const color = colors.series[stage % colors.series.length]!;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a stage is its number.
          <Text key={stage} wrap="truncate">
            <Text color={color} bold>
              {fitText(String(stage), label)}
            </Text>
            {drawTimeline(tasks, stage, width - label, glyphs.bar.empty).map(({ text, task }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a span is its place.
              <Text key={index} color={task ? color : colors.border} inverse={task?.backward ?? false}>
                {text}
              </Text>
            ))}
          </Text>
        );
      })}
    </Box>
  );
}
