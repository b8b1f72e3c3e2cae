import { Box, Text } from 'ink';
import { useEffect, useState } from 'react';
import { formatBytes } from '../../../units.ts';
import { Panel } from '../../components/panel.tsx';
import { Progress } from '../../components/progress.tsx';
import { Select } from '../../components/select/select.tsx';
import { SpanRows } from '../../components/span-rows.tsx';
import { TextField } from '../../components/text-field/text-field.tsx';
import { truncate, widthOf } from '../../layout/text.ts';
import { useLinear } from '../../screen/size.ts';
import { useStrings } from '../../strings/context.ts';
import { useTheme } from '../../theme/theme.ts';
import { layoutCards } from '../layout.ts';
import { faultOf, type Outcome, outcomeOf } from '../outcome.ts';
import { Cards, cardHeightOf } from '../panels/cards.tsx';
import { Muted } from '../panels/facts.tsx';
import { speedLine, Verdict } from '../panels/live.tsx';
import { usePicture } from '../panels/picture.ts';
import { StageBars } from '../panels/stages.tsx';
import { FaultText } from '../panels/trouble.tsx';
import { answerOf } from '../panels/words.ts';
import type { Box as Machine } from '../services.ts';
import { faultKey, type WizardState } from '../state.ts';
import { takeWay, type Way, waysOn } from '../ways.ts';
import type { StepProps } from './step.ts';

/** The first screen: what is in the box, one sensible run for it, and the ways to go on. */
export function BoxStep({ state, dispatch, services, room }: StepProps) {
  const strings = useStrings();
  const linear = useLinear();
  const words = strings.wizard.box;
  const { box, given } = state;
  const fault = state.faults[faultKey('box')];
  if (!box) {
    return fault ? (
      <FaultText fault={fault} width={room.columns} />
    ) : (
      <Progress label={words.looking} share={null} width={room.columns} />
    );
  }

  const options = waysOn(state, strings);
  const proposes = given.length === 0;
  const listRows = options.length + 1;
  // The cards first, then as much of the proposal's picture as there is room for.
  const least = proposes ? 5 : 0;
  const cardRoom = { columns: room.columns, rows: Math.max(1, room.rows - least - listRows - 1) };
  const used = box.cards.length === 0 ? 4 : layoutCards(box.cards.length, cardHeightOf(box), cardRoom).height;
  const spare = room.rows - used - listRows - 2 - least;
  const pictured = spare >= 3;
  const choose = (way: Way) => {
    const action = takeWay(way, state, services.demo);
    if (action) dispatch(action);
  };
  return (
    <Box flexDirection="column">
      <Cards box={box} room={cardRoom} />
      <HostLine box={box} width={room.columns} />
      {fault && <FaultText fault={fault} width={room.columns} />}
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
            key={box.imagined}
            initial={options[0]!.value}
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

/** The proposal in three lines; with `spare` rows more, what each card would hold. */
function ProposalPanel({ state, width, spare }: { state: WizardState; width: number; spare: number }) {
  const strings = useStrings();
  const { colors, glyphs } = useTheme();
  const { proposal } = state;
  const words = strings.wizard.box;
  const outcome = useProposalOutcome(state);
  const drawn = usePicture(outcome, { columns: width - 4, rows: spare - 1 });
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
  const picture = drawn ? drawn.length + 1 : Math.min(spare, stages + 1);
  return (
    <Panel title={words.proposal} note={words.why[proposal.why]} width={width} height={5 + picture} focused>
      <Text bold wrap="truncate">
        {parts.join(` ${glyphs.separator} `)}
      </Text>
      {outcome && 'plan' in outcome ? (
        <>
          <Verdict outcome={outcome} />
          <Text color={colors.muted} wrap="truncate">
            {speedLine(outcome, null, strings, glyphs.separator)}
          </Text>
          {picture > 1 && (
            <Box flexDirection="column" paddingTop={1}>
              {drawn ? (
                <SpanRows rows={drawn} />
              ) : (
                <StageBars plan={outcome.plan} width={width - 4} rows={picture - 1} />
              )}
            </Box>
          )}
        </>
      ) : (
        outcome && <FaultText fault={outcome.fault} width={width - 4} rows={2 + picture} />
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
      {fault && <FaultText fault={fault} width={width} rows={rows - 3} />}
    </Box>
  );
}

function HostLine({ box, width }: { box: Machine; width: number }) {
  const { box: words } = useStrings().wizard;
  const { glyphs } = useTheme();
  const { host } = box;
  const ram = words.ram(formatBytes(host.ramAvailableBytes), formatBytes(host.ramTotalBytes));
  const disk = box.disk === null ? [] : [words.disk(formatBytes(box.disk.runs.freeBytes))];
  const line = (parts: string[]) => parts.join(` ${glyphs.separator} `);
  const whole = line([ram, words.cores(host.cores), ...disk]);
  // What a training may run short of is what has to be seen.
  const said = widthOf(whole) <= width ? whole : line([ram, ...disk]);
  return <Muted>{truncate(said, width, glyphs.ellipsis)}</Muted>;
}
