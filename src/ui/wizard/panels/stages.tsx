import { Box, Text } from 'ink';
import type { Plan, Stage } from '../../../plan/schema.ts';
import { formatBytes } from '../../../units.ts';
import { shortCardName } from '../../../words/card-name.ts';
import { Bar } from '../../components/bar.tsx';
import { fitText, widthOf } from '../../layout/text.ts';
import { useLinear } from '../../screen/size.ts';
import { useStrings } from '../../strings/context.ts';
import { useTheme } from '../../theme/theme.ts';

const gap = 2;
/** Narrower, a bar with its percentage says nothing. */
const leastCell = 18;

/** Narrower, words and bar do not go in one line. */
const leastForWords = 60;

/** How many columns the stages are drawn in, so that all of them are seen in `rows`. */
export function stageColumns(count: number, width: number, rows: number): number {
  const most = Math.max(1, Math.floor((width + gap) / (leastCell + gap)));
  return Math.min(most, Math.ceil(count / Math.max(1, rows)));
}

/** What each card would hold: its memory as a bar, in words where there is room, and its layers. */
export function StageBars({ plan, width, rows }: { plan: Plan; width: number; rows: number }) {
  const linear = useLinear();
  // A narrow column that is long enough has a line for the words and one for the bar.
  const tall = !linear && width < leastForWords && plan.stages.length * 2 <= rows;
  const columns = linear || tall ? 1 : stageColumns(plan.stages.length, width, rows);
  const cell = Math.floor((width - gap * (columns - 1)) / columns);
  const lines = Math.ceil(plan.stages.length / columns);
  return Array.from({ length: lines }, (_, line) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by its place.
    <Box key={line} columnGap={gap} flexShrink={0} flexDirection={linear ? 'column' : 'row'}>
      {plan.stages.slice(line * columns, (line + 1) * columns).map((stage, place) => (
        <StageBar
          key={stage.layers.join('-')}
          {...{ plan, stage, index: line * columns + place, width: cell, tall }}
        />
      ))}
    </Box>
  ));
}

function StageBar({
  plan,
  stage,
  index,
  width,
  tall,
}: {
  plan: Plan;
  stage: Stage;
  index: number;
  width: number;
  tall: boolean;
}) {
  const { colors } = useTheme();
  const { live, split } = useStrings().wizard;
  const linear = useLinear();
  const gpu = plan.ranks.find((rank) => rank.stage === index)?.gpu;
  const [first, end] = stage.layers;
  const name = gpu ? `${gpu.index} ${shortCardName(stage.name)}` : live.cpuRank(index);
  const memory = live.of(formatBytes(stage.predictedBytes), formatBytes(stage.capacityBytes));
  const layers = split.count(end - first);
  const color = colors.series[index % colors.series.length] ?? colors.accent;
  const bar = (columns: number) => (
    <Bar value={stage.predictedBytes} capacity={stage.capacityBytes} width={columns} color={color} />
  );
  if (linear) {
    return (
      <>
        <Text>{`${name}: ${layers}, ${memory}`}</Text>
        {bar(width)}
      </>
    );
  }
  if (tall) {
    const right = `${layers}  ${memory}`;
    return (
      <Box flexDirection="column" width={width} flexShrink={0}>
        <Text wrap="truncate">
          {fitText(name, Math.max(0, width - widthOf(right) - 1))}
          <Text color={colors.muted}>{` ${right}`}</Text>
        </Text>
        {bar(width)}
      </Box>
    );
  }
  // What is said beside the bar, in the order in which it gives way.
  const nameWidth = width < 34 ? 2 : Math.min(14, Math.max(11, Math.floor(width / 4)));
  const memoryWidth = 20;
  const layersWidth = 9;
  const withMemory = width >= nameWidth + memoryWidth + 18;
  const withLayers = width >= nameWidth + memoryWidth + layersWidth + 24;
  const rest = nameWidth + 1 + (withMemory ? memoryWidth + 1 : 0) + (withLayers ? layersWidth + 1 : 0);
  return (
    <Box width={width} height={1} flexShrink={0}>
      <Text wrap="truncate">{fitText(width < 34 ? String(gpu?.index ?? index) : name, nameWidth)} </Text>
      {bar(width - rest)}
      {withMemory && (
        <Text
          color={colors.muted}
        >{` ${fitText(memory, Math.max(memoryWidth, widthOf(memory)), 'right')}`}</Text>
      )}
      {withLayers && <Text color={colors.muted}>{` ${fitText(layers, layersWidth, 'right')}`}</Text>}
    </Box>
  );
}
