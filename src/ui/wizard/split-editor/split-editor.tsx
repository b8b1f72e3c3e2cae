import { Box, Text } from 'ink';
import { useMemo, useReducer } from 'react';
import { mostStages, type SplitFigures, splitFigures } from '../../../plan/figures.ts';
import type { PlanInput } from '../../../plan/input.ts';
import { KeyFooter } from '../../components/key-footer.tsx';
import { measure, pictureColumns, shownAround } from '../../components/plan-picture/geometry.ts';
import { drawPicture, labelColumns, nameColumns } from '../../components/plan-picture/picture.ts';
import { SpanRows } from '../../components/span-rows.tsx';
import { useKeys } from '../../keys/context.tsx';
import { wrapText } from '../../layout/wrap.ts';
import { useLinear, useTerminalSize } from '../../screen/size.ts';
import { useStrings } from '../../strings/context.ts';
import { useTheme } from '../../theme/theme.ts';
import { Header } from './header.tsx';
import { adviceSentences, boundaryRemark, type Remarked, speedRemark, verdictRemark } from './remarks.ts';
import { describeStage, speak, spokenGlyphs } from './spoken.ts';
import { openSplit, reduceSplit, type SplitAction, type SplitState, writeSplit } from './state.ts';
import { useTrainable } from './use-trainable.ts';

/** Layers that the keys for many move at once. */
const many = 5;
/** From here on blank rows part header, picture and remarks. */
const airyRows = 22;
/** Moving some layers leaves the bricks as they are. */
const slack = 1.5;
/** Text is not wider than this; the picture may be. */
const mostText = 100;
/** Rows a picture must have before advice may take them: edges, name, layers, five of figures and two of bricks. */
const leastPicture = 11;

export interface SplitEditorProps {
  /** Everything but the split. */
  input: PlanInput;
  /** What to start from: `auto`, or layers per stage; `auto` also where those do not add up for this model and these cards. */
  split: string;
  /** `auto` when it is the optimum, so that it stays one when something else changes. */
  onDone: (split: string) => void;
  onBack: () => void;
}

/**
 * Which layers lie on which card, moved by hand, with what that does to memory and speed. Fills the screen.
 *
 * @throws UserError while rendering, where no split can be planned for `input` at all (see `draftPlan`)
 */
export function SplitEditor({ input, split, onDone, onBack }: SplitEditorProps) {
  const optimum = useMemo(() => splitFigures(withSplit(input, 'auto')), [input]);
  const best = sizesOf(optimum);
  const [state, dispatch] = useReducer(reduceSplit, null, () => openSplit(readSplit(split, input) ?? best));
  const chosen = writeSplit(state.sizes);
  const isOptimum = chosen === writeSplit(best);
  const figures = useMemo(() => splitFigures(withSplit(input, chosen)), [input, chosen]);
  const trainable = useTrainable(input, optimum.stages.length);
  useSplitKeys(state, dispatch, best, mostStages(input));
  useKeys('split', { accept: () => onDone(isOptimum ? 'auto' : chosen) });
  useKeys('global', { back: onBack });

  const strings = useStrings();
  const theme = useTheme();
  const linear = useLinear();
  const remarked = { figures, optimum, isOptimum, boundary: state.boundary, strings, theme };
  const advice = adviceSentences(remarked, input.recipe.method, trainable);
  const props = { input, figures, remarked, advice };
  return linear ? <Spoken {...props} /> : <Drawn {...props} />;
}

interface ViewProps {
  input: PlanInput;
  figures: SplitFigures;
  remarked: Remarked;
  advice: string[];
}

/** As a picture that fills the window; in a window wider than it can use, in the middle. */
function Drawn({ input, figures, remarked, advice }: ViewProps) {
  const { columns, rows } = useTerminalSize();
  const { strings, theme, boundary } = remarked;
  const picture = { figures, words: strings.split.picture, theme, boundary };
  const remarks = [boundaryRemark(remarked), speedRemark(remarked, columns - 1), verdictRemark(remarked)];
  const blank = rows >= airyRows ? 1 : 0;
  const room = rows - (1 + blank) - (blank + remarks.length) - (blank + 1);
  const said = fitSentences(advice, Math.min(columns, mostText) - 2, room - leastPicture);
  const across = { width: columns, label: labelColumns(picture) };
  const geometry = measure(figures, {
    ...across,
    rows: room - said.length,
    name: nameColumns(picture),
    slack,
    shown: shownAround(boundary, figures.stages.length, across),
  });
  const width = Math.min(columns, Math.max(mostText, pictureColumns(geometry)));
  const gap = <Box height={blank} flexShrink={0} />;
  return (
    <Box width={columns} height={rows} justifyContent="center">
      <Box flexDirection="column" width={width} height={rows} overflow="hidden">
        <Header input={input} figures={figures} geometry={geometry} width={width} />
        {gap}
        <SpanRows rows={drawPicture(picture, geometry)} />
        {gap}
        <SpanRows rows={remarks.map((remark) => [{ text: ' ' }, ...remark])} />
        <SpanRows rows={said.map((text) => [{ text: ` ${text}`, color: theme.colors.muted }])} />
        <Box flexGrow={1} />
        <Box paddingLeft={1}>
          <KeyFooter width={width - 1} />
        </Box>
      </Box>
    </Box>
  );
}

/** As sentences, for a screen reader. */
function Spoken({ input, figures, remarked, advice }: ViewProps) {
  const { strings, theme } = remarked;
  const said = { ...remarked, theme: { ...theme, glyphs: spokenGlyphs } };
  const remarks = [boundaryRemark(said), speedRemark(said, Number.POSITIVE_INFINITY), verdictRemark(said)];
  const lines = [
    ...figures.stages.map((stage, index) => describeStage(stage, index, strings)),
    ...remarks.map(speak),
    ...advice,
  ];
  return (
    <Box flexDirection="column">
      <Header input={input} figures={figures} geometry={null} width={80} />
      <Text>{lines.join('\n')}</Text>
      <KeyFooter />
    </Box>
  );
}

/** As many whole sentences as there is room for, the first ones first, in rows. */
function fitSentences(sentences: readonly string[], width: number, rows: number): string[] {
  let fitted: string[] = [];
  const said: string[] = [];
  for (const sentence of sentences) {
    const wrapped = wrapText([...said, sentence].join(' '), width);
    if (wrapped.length > rows) continue;
    said.push(sentence);
    fitted = wrapped;
  }
  return fitted;
}

function useSplitKeys(
  { sizes, boundary, past, future, initial }: SplitState,
  dispatch: (action: SplitAction) => void,
  best: readonly number[],
  stagesAtMost: number,
) {
  const [left = 0, right = 0] = [sizes[boundary], sizes[boundary + 1]];
  const last = sizes.length - 2;
  const on = (possible: boolean, action: SplitAction) => (possible ? () => dispatch(action) : undefined);
  const differs = (other: readonly number[]) => writeSplit(other) !== writeSplit(sizes);
  useKeys('split', {
    moreLayers: on(right > 1, { type: 'move', layers: 1 }),
    fewerLayers: on(left > 1 && right > 0, { type: 'move', layers: -1 }),
    manyMore: on(right > 1, { type: 'move', layers: many }),
    manyFewer: on(left > 1 && right > 0, { type: 'move', layers: -many }),
    // Round in a circle: a key that stopped working at the end would come to mean its second meaning there.
    nextBoundary: on(last > 0, { type: 'select', by: boundary < last ? 1 : -last }),
    previousBoundary: on(last > 0, { type: 'select', by: boundary > 0 ? -1 : last }),
    optimum: on(differs(best), { type: 'replace', sizes: best }),
    undo: on(past.length > 0, { type: 'undo' }),
    redo: on(future.length > 0, { type: 'redo' }),
    reset: on(differs(initial), { type: 'reset' }),
    merge: on(sizes.length > 1, { type: 'merge' }),
    divide: on(sizes.length < stagesAtMost && Math.max(left, right) > 1, { type: 'divide' }),
  });
}

function withSplit(input: PlanInput, split: string): PlanInput {
  return { ...input, recipe: { ...input.recipe, split } };
}

const sizesOf = ({ stages }: SplitFigures): number[] => stages.map(({ from, to }) => to - from);

/** Layers per stage of a split as the recipe has it; null where it leaves them open or is not one of this model over these cards. */
function readSplit(split: string, input: PlanInput): number[] | null {
  const sizes = split.split(',').map(Number);
  const isWhole = sizes.reduce((sum, size) => sum + size, 0) === input.model.layers.length;
  return isWhole && sizes.every((size) => size > 0) && sizes.length <= mostStages(input) ? sizes : null;
}
