import { Box, Text } from 'ink';
import { useEffect, useMemo, useReducer, useState } from 'react';
import type { PlanInput } from '../../../plan/input.ts';
import { formatNumber } from '../../../units.ts';
import { formatPercent } from '../../components/bar.tsx';
import { KeyFooter } from '../../components/key-footer.tsx';
import { useKeys } from '../../keys/context.tsx';
import { truncate } from '../../layout/text.ts';
import { useLinear, useTerminalSize } from '../../screen/size.ts';
import { useStrings } from '../../strings/context.ts';
import { formatDuration } from '../../strings/duration.ts';
import { useTheme } from '../../theme/theme.ts';
import { StageColumns } from './columns.tsx';
import { figuresOf, mostStages, mostTrainableLayers, type SplitFigures, sizesOf } from './figures.ts';
import { arrangeCards, layersPerBlock } from './layout.ts';
import { rowRoom, StageRows } from './rows.tsx';
import { openSplit, reduceSplit, type SplitAction, type SplitState, writeSplit } from './state.ts';

/** Layers that the keys for many move at once. */
const many = 5;

export interface SplitEditorProps {
  /** Everything but the split. */
  input: PlanInput;
  /** What to start from: `auto`, or layers per stage. */
  split: string;
  /** `auto` when it is the optimum, so that it stays one when something else changes. */
  onDone: (split: string) => void;
  onBack: () => void;
}

/** Which layers lie on which card, moved by hand, with what that does to memory and speed. Fills the screen. */
export function SplitEditor({ input, split, onDone, onBack }: SplitEditorProps) {
  const optimum = useMemo(() => figuresOf(input, 'auto'), [input]);
  const best = useMemo(() => optimum.stages.map(({ from, to }) => to - from), [optimum]);
  const [state, dispatch] = useReducer(reduceSplit, split, (from) => openSplit(sizesOf(input, from)));
  const figures = useMemo(() => figuresOf(input, state.sizes), [input, state.sizes]);
  const isOptimum = writeSplit(state.sizes) === writeSplit(best);
  useSplitKeys(state, dispatch, best, mostStages(input));
  useKeys('split', { accept: () => onDone(isOptimum ? 'auto' : writeSplit(state.sizes)) });
  useKeys('global', { back: onBack });

  const { columns, rows } = useTerminalSize();
  const linear = useLinear();
  // Header, a blank line, summary of two lines, advice of three, footer.
  const room = rows - 8;
  const shape = linear ? null : arrangeCards(figures.stages.length, columns, room);
  const perRow = shape ? (shape.columns - 4) * shape.blockRows : rowRoom(columns);
  const perBlock = layersPerBlock(figures.stages, perRow);
  const stages = { stages: figures.stages, boundary: state.boundary, perBlock };
  return (
    <Box flexDirection="column" width={columns} {...(!linear && { height: rows })}>
      <Header input={input} perBlock={perBlock} width={columns} />
      <Box flexDirection="column" flexGrow={1} overflow="hidden">
        {shape ? (
          <StageColumns {...stages} width={shape.columns} blockRows={shape.blockRows} />
        ) : (
          <StageRows {...stages} width={columns} />
        )}
        <Summary figures={figures} optimum={optimum} isOptimum={isOptimum} />
        <Advice input={input} single={state.sizes.length === 1} />
      </Box>
      <KeyFooter />
    </Box>
  );
}

function useSplitKeys(
  { sizes, boundary, past, future, initial }: SplitState,
  dispatch: (action: SplitAction) => void,
  best: readonly number[],
  stagesAtMost: number,
) {
  const [left = 0, right = 0] = [sizes[boundary], sizes[boundary + 1]];
  const on = (possible: boolean, action: SplitAction) => (possible ? () => dispatch(action) : undefined);
  const differs = (other: readonly number[]) => writeSplit(other) !== writeSplit(sizes);
  useKeys('split', {
    moreLayers: on(right > 1, { type: 'move', layers: 1 }),
    fewerLayers: on(left > 1 && right > 0, { type: 'move', layers: -1 }),
    manyMore: on(right > 1, { type: 'move', layers: many }),
    manyFewer: on(left > 1 && right > 0, { type: 'move', layers: -many }),
    nextBoundary: on(sizes.length > 2, { type: 'select', by: boundary < sizes.length - 2 ? 1 : -boundary }),
    previousBoundary: on(boundary > 0, { type: 'select', by: -1 }),
    optimum: on(differs(best), { type: 'replace', sizes: best }),
    undo: on(past.length > 0, { type: 'undo' }),
    redo: on(future.length > 0, { type: 'redo' }),
    reset: on(differs(initial), { type: 'reset' }),
    merge: on(sizes.length > 1, { type: 'merge' }),
    divide: on(sizes.length < stagesAtMost && Math.max(left, right) > 1, { type: 'divide' }),
  });
}

function Header({ input, perBlock, width }: { input: PlanInput; perBlock: number; width: number }) {
  const { colors, glyphs } = useTheme();
  const words = useStrings().split;
  const legend =
    input.recipe.method === 'freeze'
      ? `${glyphs.layer.frozen} ${words.frozenLegend}  ${glyphs.layer.trained} ${words.trainedLegend}  ${words.legend(perBlock)}`
      : words.legend(perBlock);
  return (
    <Box width={width} height={2} justifyContent="space-between" flexShrink={0}>
      <Text wrap="truncate">
        <Text bold color={colors.accent}>
          {words.title}
        </Text>
        <Text color={colors.muted}>{`  ${truncate(input.model.source, Math.max(8, width - 50))}`}</Text>
      </Text>
      <Text color={colors.muted}>{legend}</Text>
    </Box>
  );
}

/** What the split comes to, and how far from the optimum that is. */
function Summary({
  figures,
  optimum,
  isOptimum,
}: {
  figures: SplitFigures;
  optimum: SplitFigures;
  isOptimum: boolean;
}) {
  const { colors, glyphs } = useTheme();
  const strings = useStrings();
  const words = strings.split;
  const over = figures.stages.filter(({ predictedBytes, capacityBytes }) => predictedBytes > capacityBytes);
  const gain = figures.stepSeconds / optimum.stepSeconds - 1;
  const verdict = over.length > 0 ? words.tooMuch(over.length) : words.fits;
  const comparison = isOptimum
    ? words.optimal
    : gain > 0.005
      ? words.slower(`${Math.round(gain * 100)}%`)
      : '';
  const separator = ` ${glyphs.separator} `;
  return (
    <Box flexDirection="column" marginTop={1} flexShrink={0}>
      <Text wrap="truncate" bold>
        {[
          words.step(formatDuration(figures.stepSeconds, strings)),
          words.speed(formatNumber(figures.tokensPerSecond)),
          words.busy(formatPercent(figures.efficiency, 1)),
        ].join(separator)}
      </Text>
      <Text wrap="truncate" color={over.length > 0 ? colors.bad : colors.ok} bold={over.length > 0}>
        {`${over.length > 0 ? glyphs.bad : glyphs.ok} ${verdict}`}
        <Text color={colors.muted}>{comparison && ` ${comparison}`}</Text>
      </Text>
    </Box>
  );
}

/** For freeze-tuning, why an uneven split helps and how far these cards could go. */
function Advice({ input, single }: { input: PlanInput; single: boolean }) {
  const { colors } = useTheme();
  const words = useStrings().split;
  const most = useMostTrainable(input);
  const said = [
    ...(single ? [words.single] : []),
    ...(input.recipe.method === 'freeze' ? [words.why] : []),
    ...(most === null ? [] : [words.most(most)]),
  ];
  return said.length === 0 ? null : <Text color={colors.muted}>{said.join(' ')}</Text>;
}

/** Worked out after the first frame: it takes as many plans as there are layers to train. */
function useMostTrainable(input: PlanInput): number | null {
  const [most, setMost] = useState<number | null>(null);
  useEffect(() => {
    if (input.recipe.method !== 'freeze') return;
    const later = setTimeout(() => setMost(mostTrainableLayers(input)), 50);
    return () => clearTimeout(later);
  }, [input]);
  return most;
}
