import { Box, Text } from 'ink';
import { memo } from 'react';
import { useBar } from '../../components/bar.tsx';
import { SpanRows } from '../../components/span-rows.tsx';
import type { Span } from '../../layout/spans.ts';
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
export const PipelinePane = memo(({ state, width, height }: PaneProps) => {
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
});

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
    <SpanRows
      rows={[
        [
          { text: glyphs.bar.full, color: colors.accent },
          { text: ` ${words.busy}  ` },
          { text: glyphs.bar.empty, color: colors.accent },
          { text: ` ${words.waiting}` },
          {
            text: fitText(text, Math.max(0, width - used), 'right', glyphs.ellipsis),
            color: colors.muted,
          },
        ],
      ]}
    />
  );
}

function RankRows(props: { state: MonitorState; rank: number; stage: number; width: number; rows: number }) {
  const { state, rank, stage, width, rows } = props;
  const words = useStrings().monitor.pipeline;
  const { colors, glyphs } = useTheme();
  const bar = useBar();
  const columns = columnsOf(width);
  const steps: readonly RankStep[] = state.ranks.get(rank)?.steps ?? [];
  const newest = steps.slice(-window);
  const [busy, waiting] = [mean(newest, 'busy'), mean(newest, 'waiting')];
  const share = busy + waiting > 0 ? busy / (busy + waiting) : 0;
  const [first, end] = state.plan.stages[stage]!.layers;
  const color = colors.series[rank % colors.series.length]!;
  const chart = drawStackedSteps(steps, columns.steps, rows, glyphs);
  const label = `${rank} ${words.layers(first, Math.max(first, end - 1))}`;
  const picture = bar({ value: share, capacity: 1, width: columns.bar, color, percent: false });
  return (
    <SpanRows
      rows={chart.map((columnsRow, row): Span[] => [
        {
          text: fitText(row === 0 ? label : '', columns.label, 'left', glyphs.ellipsis),
          color,
          bold: true,
        },
        ...(row === 0
          ? picture
          : [{ text: fitText(row === 1 ? seconds(busy, waiting) : '', columns.bar), color: colors.muted }]),
        {
          text: fitText(row === 0 ? `${Math.round(share * 100)}%` : '', columns.share - 1, 'right'),
          bold: true,
        },
        { text: '   ' },
        { text: columnsRow, color },
      ])}
    />
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
  const heading: Span[] = [
    {
      text: fitText(title, Math.max(0, width - widthOf(sign)), 'left', glyphs.ellipsis),
      color: colors.muted,
    },
    { text: '  ' },
    { text: '1', color: colors.accent },
    { text: ` ${words.forward} ` },
    { text: '1', color: colors.accent, inverse: true },
    { text: ` ${words.backward}` },
  ];
  const rows = plan.stages.map((_, stage): Span[] => {
    const color = colors.series[stage % colors.series.length]!;
    const spans = drawTimeline(tasks, stage, width - label, glyphs.bar.empty);
    return [
      { text: fitText(String(stage), label), color, bold: true },
      ...spans.map(({ text, task }) => {
        return { text, color: task ? color : colors.border, inverse: task?.backward ?? false };
      }),
    ];
  });
  return (
    <Box flexDirection="column" marginTop={spaced ? 1 : 0} flexShrink={0}>
      <SpanRows rows={[heading, ...rows]} />
    </Box>
  );
}
