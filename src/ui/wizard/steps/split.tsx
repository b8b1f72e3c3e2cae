import { Box, Text } from 'ink';
import type { Plan } from '../../../plan/schema.ts';
import type { Alternative } from '../../../plan/what-if.ts';
import { formatBytes } from '../../../units.ts';
import { SpanRows } from '../../components/span-rows.tsx';
import { useKeys } from '../../keys/context.tsx';
import { fitText } from '../../layout/text.ts';
import { useLinear } from '../../screen/size.ts';
import { useStrings } from '../../strings/context.ts';
import { formatDuration } from '../../strings/duration.ts';
import { useTheme } from '../../theme/theme.ts';
import { Muted } from '../panels/facts.tsx';
import { usePicture } from '../panels/picture.ts';
import { StageBars } from '../panels/stages.tsx';
import { FaultText } from '../panels/trouble.tsx';
import type { StepProps } from './step.ts';
import { choosing, indexOf, useAlternatives } from './use-alternatives.ts';

/** Which card holds which layers, as it was calculated or set; left and right go through the ways that are best at something, `e` opens the editor. */
export function SplitStep({ state, dispatch, outcomes, room }: StepProps) {
  const { split: words } = useStrings().wizard;
  const { shown } = outcomes;
  const strings = useStrings();
  const { colors } = useTheme();
  const linear = useLinear();
  const plan = shown && 'plan' in shown ? shown.plan : null;
  const { entered, found } = useAlternatives(state);
  /** What is said above the picture, and a blank row. */
  const saidRows = found.length > 1 ? 3 : 2;
  const drawn = usePicture(shown, { columns: room.columns, rows: room.rows - saidRows });
  const index = plan ? indexOf(found, plan) : -1;
  const choose = (one: Alternative | undefined) => one && (() => choosing(one, entered).forEach(dispatch));
  useKeys('wizard', {
    next: () => dispatch({ type: 'next' }),
    decrease: choose(found[index === -1 ? found.length - 1 : index - 1]),
    increase: choose(found[index + 1]),
    edit: plan ? () => dispatch({ type: 'open', within: 'split' }) : undefined,
  });
  if (shown && 'fault' in shown)
    return <FaultText fault={shown.fault} width={room.columns} rows={room.rows} />;
  if (!plan) return <Muted>{words.unknown}</Muted>;
  const describe = ({ name, dataParallel, stages, stepSeconds, headroomBytes }: Alternative) => ({
    name,
    dataParallel,
    cards: stages.length,
    step: formatDuration(stepSeconds, strings),
    headroom: formatBytes(headroomBytes),
  });
  const isAuto = (state.draft.split ?? 'auto') === 'auto';
  return (
    <Box flexDirection="column" rowGap={linear ? 0 : 1}>
      <Box flexDirection="column" flexShrink={0}>
        <Text wrap="truncate">
          <Text bold>{isAuto ? words.auto : words.manual}</Text>
          {`  ${isAuto ? words.autoHint : words.manualHint}`}
        </Text>
        {found.length > 1 && (
          <Text color={colors.muted} wrap="truncate">
            {words.way(index + 1, found.length, index === -1 ? null : describe(found[index]!))}
          </Text>
        )}
      </Box>
      {drawn ? (
        <SpanRows rows={drawn} />
      ) : (
        <>
          {!linear && <LayerStrip plan={plan} width={room.columns} />}
          <Box flexDirection="column">
            <StageBars plan={plan} width={room.columns} rows={Math.max(2, room.rows - saidRows - 3)} />
          </Box>
        </>
      )}
    </Box>
  );
}

/** The model from its first layer to its last, in pieces as wide as each card's share of it. */
export function LayerStrip({ plan, width }: { plan: Plan; width: number }) {
  const { colors, glyphs } = useTheme();
  const { layers: total } = plan.model;
  const edge = (layer: number) => Math.round((layer / total) * width);
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Text wrap="truncate">
        {plan.stages.map(({ layers: [first, end] }, index) => (
          <Text key={first} color={colors.series[index % colors.series.length] ?? colors.accent}>
            {glyphs.bar.full.repeat(Math.max(0, edge(end) - edge(first) - 1))}{' '}
          </Text>
        ))}
      </Text>
      <Text color={colors.muted} wrap="truncate">
        {plan.stages.map(({ layers: [first, end] }) =>
          fitText(
            end - first === 1 ? `${first}` : `${first}-${end - 1}`,
            edge(end) - edge(first),
            'left',
            glyphs.ellipsis,
          ),
        )}
      </Text>
    </Box>
  );
}
