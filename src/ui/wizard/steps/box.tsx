import { Box, Text } from 'ink';
import { useEffect, useState } from 'react';
import type { Card } from '../../../hardware/card.ts';
import { decidePrecision } from '../../../plan/precision.ts';
import type { RecipeDraft } from '../../../recipe/parse.ts';
import { questions } from '../../../recipe/questions.ts';
import { formatBytes } from '../../../units.ts';
import { Bar } from '../../components/bar.tsx';
import { Panel } from '../../components/panel.tsx';
import { Progress } from '../../components/progress.tsx';
import type { Option } from '../../components/select/layout.ts';
import { Select } from '../../components/select/select.tsx';
import { TextField } from '../../components/text-field/text-field.tsx';
import { fitText, truncate } from '../../layout/text.ts';
import { type Size, useLinear } from '../../screen/size.ts';
import type { Strings } from '../../strings/catalogue.ts';
import { useStrings } from '../../strings/context.ts';
import { useTheme } from '../../theme/theme.ts';
import { heightOfCard, layoutCards } from '../layout.ts';
import { faultOf, type Outcome, outcomeOf } from '../outcome.ts';
import { FaultText, Muted } from '../panels/facts.tsx';
import { speedLine, Verdict } from '../panels/live.tsx';
import { StageBars } from '../panels/stages.tsx';
import { answerOf } from '../panels/words.ts';
import type { Box as Machine } from '../services.ts';
import { faultKey, firstOpen, resumeAt, type WizardState } from '../state.ts';
import type { StepProps } from './step.ts';

/** The first screen: what is in the box, one sensible run for it, and the ways to go on. */
export function BoxStep({ state, dispatch, services, room }: StepProps) {
  const strings = useStrings();
  const linear = useLinear();
  const words = strings.wizard.box;
  const { box, proposal, given } = state;
  const fault = state.faults[faultKey('box')];
  if (!box) {
    return fault ? (
      <FaultText fault={fault} />
    ) : (
      <Progress label={words.looking} share={null} width={room.columns} />
    );
  }

  const options = waysOn(state, services, strings);
  const proposes = given.length === 0;
  const listRows = options.length + 1;
  // The cards first, then as much of the proposal's picture as there is room for.
  const least = proposes ? 5 : 0;
  const cardRoom = { columns: room.columns, rows: Math.max(1, room.rows - least - listRows - 1) };
  const used = box.cards.length === 0 ? 4 : layoutCards(box.cards.length, cardHeightOf(box), cardRoom).height;
  const spare = room.rows - used - listRows - 2 - least;
  const pictured = spare >= 3;
  const choose = (way: Way) => {
    if (way.to === 'imagine') dispatch({ type: 'open', within: 'imagine' });
    else dispatch({ type: 'start', ...way.start });
  };
  return (
    <Box flexDirection="column">
      <Cards box={box} room={cardRoom} />
      <HostLine box={box} width={room.columns} />
      {fault && <FaultText fault={fault} />}
      {proposes && (
        <Box paddingTop={linear || !pictured ? 0 : 1} flexShrink={0}>
          <ProposalPanel state={state} width={room.columns} spare={pictured ? spare - 1 : 0} />
        </Box>
      )}
      {state.within === 'imagine' ? (
        <Imagine {...{ services, dispatch, width: room.columns, rows: listRows }} />
      ) : (
        <Box paddingTop={linear ? 0 : 1} flexShrink={0}>
          <Select
            // Once the proposal is there, it is what Enter means.
            key={`${proposal ? 'proposed' : 'open'} ${box.imagined}`}
            options={options}
            width={room.columns}
            height={options.length}
            onChoose={choose}
          />
        </Box>
      )}
    </Box>
  );
}

type Way =
  | { to: 'imagine' }
  | { to: 'start'; start: Omit<Extract<Parameters<StepProps['dispatch']>[0], { type: 'start' }>, 'type'> };

function waysOn(state: WizardState, services: StepProps['services'], strings: Strings): Option<Way>[] {
  const { wizard } = strings;
  const named = (recipe: RecipeDraft) =>
    (['model', 'dataset'] as const).flatMap((id) => answerOf(id, recipe, [], strings) ?? []).join(', ');
  const words = wizard.box.start;
  const { proposal, unfinished, draft, given } = state;
  const ways: Option<Way>[] = [];
  const start = (start: Extract<Way, { to: 'start' }>['start']): Way => ({ to: 'start', start });
  if (given.length > 0) {
    const left = questions.filter(({ id }) => !given.includes(id)).length;
    const to = firstOpen(state, draft);
    ways.push({
      value: start({ recipe: draft, onCpu: false, to }),
      label: words.given,
      hint: words.givenHint(left),
    });
  } else if (proposal) {
    const { recipe, onCpu, shape } = proposal;
    ways.push({
      value: start({ recipe, onCpu, to: 'review', sketch: shape }),
      label: words.proposal,
      hint: named(recipe),
    });
  }
  if (unfinished && given.length === 0) {
    ways.push({
      value: start({
        recipe: unfinished.recipe,
        onCpu: false,
        to: resumeAt(unfinished.recipe),
      }),
      label: words.unfinished,
      hint: named(unfinished.recipe),
    });
  }
  if (given.length === 0) {
    ways.push({
      value: start({ recipe: {}, onCpu: false, to: 'model' }),
      label: words.steps,
      hint: words.stepsHint,
    });
  }
  if (proposal?.why !== 'demo' && given.length === 0) {
    ways.push({
      value: start({ recipe: services.demo, onCpu: true, to: 'review' }),
      label: words.demo,
      hint: words.demoHint,
    });
  }
  ways.push({ value: { to: 'imagine' }, label: words.imagine, hint: words.imagineHint });
  return ways;
}

/** The proposal in three lines; with `spare` rows more, what each card would hold. */
function ProposalPanel({ state, width, spare }: { state: WizardState; width: number; spare: number }) {
  const strings = useStrings();
  const { colors } = useTheme();
  const { proposal } = state;
  const words = strings.wizard.box;
  const outcome = useProposalOutcome(state);
  if (!proposal) {
    return (
      <Panel title={words.proposal} width={width} height={5} focused>
        <Progress label={words.proposing} share={null} width={width - 4} />
      </Panel>
    );
  }
  const cards = proposal.onCpu ? [] : (state.box?.cards ?? []);
  const parts = (['model', 'dataset', 'method', 'precision'] as const).map((id) =>
    answerOf(id, proposal.recipe, cards, strings),
  );
  const stages = outcome && 'plan' in outcome ? outcome.plan.stages.length : 0;
  // A blank line, and a line for each stage.
  const picture = Math.min(spare, stages + 1);
  return (
    <Panel title={words.proposal} note={words.why[proposal.why]} width={width} height={5 + picture} focused>
      <Text bold wrap="truncate">
        {parts.join(' · ')}
      </Text>
      {outcome && 'plan' in outcome ? (
        <>
          <Verdict outcome={outcome} />
          <Text color={colors.muted} wrap="truncate">
            {speedLine(outcome, null, strings)}
          </Text>
          {picture > 1 && (
            <Box flexDirection="column" paddingTop={1}>
              <StageBars plan={outcome.plan} width={width - 4} rows={picture - 1} />
            </Box>
          )}
        </>
      ) : (
        outcome && <FaultText fault={outcome.fault} />
      )}
    </Panel>
  );
}

function useProposalOutcome(state: WizardState): Outcome | null {
  const { proposal, box } = state;
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: nothing else of the state matters to it.
  useEffect(() => {
    if (!proposal?.recipe.model) return;
    const { recipe, onCpu, shape } = proposal;
    setOutcome(outcomeOf({ ...state, onCpu, sketches: { [recipe.model!]: shape } }, recipe));
  }, [proposal, box, state.glances]);
  return outcome;
}

/** Asks for cards that are not here. */
function Imagine({
  services,
  dispatch,
  width,
  rows,
}: Pick<StepProps, 'services' | 'dispatch'> & { width: number; rows: number }) {
  const words = useStrings().wizard.box;
  const [fault, setFault] = useState<ReturnType<typeof faultOf> | null>(null);
  const submit = (spec: string) => {
    services.imagine(spec).then(
      (box) => dispatch({ type: 'box', box }),
      (error) => setFault(faultOf(error)),
    );
  };
  return (
    <Box flexDirection="column" paddingTop={1} height={rows} flexShrink={0} overflow="hidden">
      <Muted>{words.imagineAsk}</Muted>
      <TextField width={width} placeholder="2xP40,1x3090" onSubmit={submit} onChange={() => setFault(null)} />
      {fault && <FaultText fault={fault} />}
    </Box>
  );
}

function HostLine({ box, width }: { box: Machine; width: number }) {
  const { box: words } = useStrings().wizard;
  const { glyphs } = useTheme();
  const { host, freeDiskBytes } = box;
  const parts = [
    words.host(formatBytes(host.ramAvailableBytes), formatBytes(host.ramTotalBytes), host.cores),
  ];
  if (freeDiskBytes !== null) parts.push(words.disk(formatBytes(freeDiskBytes)));
  return <Muted>{truncate(parts.join(` ${glyphs.separator} `), width, glyphs.ellipsis)}</Muted>;
}

function Cards({ box, room }: { box: Machine; room: Size }) {
  const { colors, glyphs } = useTheme();
  const linear = useLinear();
  const { box: words } = useStrings().wizard;
  if (box.cards.length === 0) {
    return (
      <Box flexDirection="column" flexShrink={0}>
        <Text color={colors.warn} bold>
          {`${glyphs.warn} ${words.noCards}`}
        </Text>
        {box.reason && <Text>{box.reason}</Text>}
        <Muted wrap="wrap">{words.noCardsHelp}</Muted>
      </Box>
    );
  }
  if (linear) {
    return box.cards.map((card) => <CardText key={card.uuid} card={card} />);
  }
  const height = cardHeightOf(box);
  const grid = layoutCards(box.cards.length, height, room);
  const lines = Math.ceil(box.cards.length / grid.columns);
  return Array.from({ length: lines }, (_, line) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by its place.
    <Box key={line} columnGap={grid.asCards ? 1 : 2} flexShrink={0}>
      {box.cards
        .slice(line * grid.columns, (line + 1) * grid.columns)
        .map((card) =>
          grid.asCards ? (
            <CardPanel key={card.uuid} card={card} width={grid.width} height={height} />
          ) : (
            <CardLine key={card.uuid} card={card} width={grid.width} />
          ),
        )}
    </Box>
  ));
}

const cardHeightOf = ({ cards }: Machine) =>
  heightOfCard(cards.some(({ processes }) => processes.length > 0));

const hasBf16 = (card: Card) => decidePrecision('bf16', [card]).problem === null;

function CardPanel({ card, width, height }: { card: Card; width: number; height: number }) {
  const { colors } = useTheme();
  const { box: words } = useStrings().wizard;
  const inner = width - 4;
  return (
    <Panel
      title={`${card.index} ${card.kind.name}`}
      note={card.imagined ? words.imagined : ''}
      width={width}
      height={height}
    >
      <Bar
        value={card.totalBytes - card.freeBytes}
        capacity={card.totalBytes}
        width={inner}
        color={colors.series[card.index % colors.series.length] ?? colors.accent}
      />
      <Text wrap="truncate">{words.free(formatBytes(card.freeBytes), formatBytes(card.totalBytes))}</Text>
      <Muted>{words.capability(card.kind.computeCapability, hasBf16(card))}</Muted>
      <Holders card={card} />
    </Panel>
  );
}

/** Who else is on the card: their memory is not ours. */
function Holders({ card }: { card: Card }) {
  const { colors, glyphs } = useTheme();
  const { box: words } = useStrings().wizard;
  const [first, ...others] = [...card.processes].sort((a, b) => (b.usedBytes ?? 0) - (a.usedBytes ?? 0));
  if (!first) return card.imagined ? null : <Muted>{words.nobody}</Muted>;
  const name = first.name.split('/').at(-1) ?? first.name;
  const held = words.heldBy(first.usedBytes === null ? '?' : formatBytes(first.usedBytes), name, first.pid);
  const also = others.length > 0 ? ` ${words.heldAlso(others.length)}` : '';
  return (
    <Text color={colors.warn} wrap="truncate">
      {`${glyphs.warn} ${held}${also}`}
    </Text>
  );
}

function CardLine({ card, width }: { card: Card; width: number }) {
  const { colors, glyphs } = useTheme();
  const { box: words } = useStrings().wizard;
  const name = card.kind.name.replace(/^(NVIDIA|Tesla) /, '').replace(/^GeForce /, '');
  const nameWidth = Math.min(22, Math.max(10, Math.floor(width * 0.35)));
  const held = card.processes.length > 0 ? glyphs.warn : ' ';
  const free = width > 60 ? ` ${words.free(formatBytes(card.freeBytes), formatBytes(card.totalBytes))}` : '';
  const bar = width - nameWidth - 3 - (free === '' ? 0 : 30);
  return (
    <Box width={width} height={1} flexShrink={0}>
      <Text wrap="truncate">
        {fitText(`${card.index} ${name}`, nameWidth)} <Text color={colors.warn}>{held} </Text>
      </Text>
      <Bar
        value={card.totalBytes - card.freeBytes}
        capacity={card.totalBytes}
        width={bar}
        color={colors.series[card.index % colors.series.length] ?? colors.accent}
      />
      {free !== '' && <Text color={colors.muted}>{fitText(free, 30, 'right')}</Text>}
    </Box>
  );
}

/** A card in words. */
function CardText({ card }: { card: Card }) {
  const { box: words } = useStrings().wizard;
  return (
    <>
      <Text>
        {`${card.index} ${card.kind.name}: ${words.free(formatBytes(card.freeBytes), formatBytes(card.totalBytes))}, ${words.capability(card.kind.computeCapability, hasBf16(card))}`}
      </Text>
      <Holders card={card} />
    </>
  );
}
