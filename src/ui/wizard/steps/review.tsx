import { Box, Text } from 'ink';
import { useState } from 'react';
import { questions } from '../../../recipe/questions.ts';
import type { Option } from '../../components/select/layout.ts';
import { Select } from '../../components/select/select.tsx';
import { TextField } from '../../components/text-field/text-field.tsx';
import { useKeys } from '../../keys/context.tsx';
import { truncate } from '../../layout/text.ts';
import { useLinear } from '../../screen/size.ts';
import { useStrings } from '../../strings/context.ts';
import { useTheme } from '../../theme/theme.ts';
import { faultOf, obstacleTo } from '../outcome.ts';
import { Muted } from '../panels/facts.tsx';
import { FaultText } from '../panels/trouble.tsx';
import { answerOf } from '../panels/words.ts';
import { cardsOf, type Fault, faultKey, type StepId } from '../state.ts';
import type { StepProps } from './step.ts';

/** Everything at a glance. Enter starts; any answer can be gone back to; `p` keeps them as a preset. */
export function ReviewStep({ state, dispatch, services, outcomes, room }: StepProps) {
  const strings = useStrings();
  const { colors, glyphs } = useTheme();
  const linear = useLinear();
  const { review: words, steps } = strings.wizard;
  const { draft, box, onCpu, within, preset } = state;
  const command = box ? services.commandFor(draft, box, onCpu) : '';
  const naming = within === 'preset';
  useKeys('wizard', { preset: () => dispatch({ type: 'open', within: 'preset' }) }, { active: !naming });

  const obstacle = obstacleTo(state, outcomes.shown);
  const cards = cardsOf(state);
  /** Rows below the list. */
  const spare = room.rows - 1 - questions.length;
  /** A blank row, the question, the name, and what may be wrong with it; taken from the list where there is no room below it. */
  const nameRows = Math.max(spare, 5);
  const options: Option<StepId>[] = [
    {
      value: 'launch',
      label: words.start,
      hint: words.startHint,
      ...(obstacle !== null && { disabled: words.notYet }),
    },
    ...questions.map(({ id }) => ({
      value: id as StepId,
      label: steps[id],
      hint: answerOf(id, draft, cards, strings) ?? words.open,
    })),
  ];
  const modelFault = draft.model === undefined ? undefined : state.faults[faultKey('model', draft.model)];
  return (
    <Box flexDirection="column">
      <Select
        options={options}
        width={room.columns}
        height={Math.min(options.length, naming && !linear ? room.rows - nameRows : room.rows)}
        active={!naming}
        initial={'launch' as StepId}
        onChoose={(step) => dispatch(step === 'launch' ? { type: 'launch' } : { type: 'visit', step })}
      />
      {naming ? (
        <PresetName {...{ services, dispatch, recipe: draft, width: room.columns, rows: nameRows - 1 }} />
      ) : (
        <Box flexDirection="column" paddingTop={linear || spare < 3 ? 0 : 1}>
          {obstacle !== null && !modelFault && (
            <Text color={colors.warn}>{`${glyphs.warn} ${words[obstacle]}`}</Text>
          )}
          {modelFault && <FaultText fault={modelFault} width={room.columns} rows={Math.max(2, spare - 2)} />}
          {preset !== null && <Text color={colors.ok}>{`${glyphs.ok} ${words.presetSaved(preset)}`}</Text>}
          {box && (
            <>
              {(linear || spare > 4) && <Muted>{words.command}</Muted>}
              <Text>
                <Text color={colors.muted}>$ </Text>
                {spare < 3 && !linear ? truncate(command, room.columns - 2, glyphs.ellipsis) : command}
              </Text>
            </>
          )}
        </Box>
      )}
    </Box>
  );
}

function PresetName({
  services,
  dispatch,
  recipe,
  width,
  rows,
}: Pick<StepProps, 'services' | 'dispatch'> & {
  recipe: StepProps['state']['draft'];
  width: number;
  rows: number;
}) {
  const { review: words } = useStrings().wizard;
  const [fault, setFault] = useState<Fault | null>(null);
  const save = (name: string) => {
    services.savePreset({ name, recipe }).then(
      () => dispatch({ type: 'presetSaved', name }),
      (error) => setFault(faultOf(error)),
    );
  };
  return (
    <Box flexDirection="column" paddingTop={1}>
      <Muted>{words.presetAsk}</Muted>
      <TextField
        width={width}
        placeholder="my-preset"
        onChange={() => setFault(null)}
        onSubmit={(name) => save(name.trim())}
      />
      {fault && <FaultText fault={fault} width={width} rows={rows - 2} />}
    </Box>
  );
}
