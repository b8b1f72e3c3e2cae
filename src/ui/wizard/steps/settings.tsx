import { Box, Text } from 'ink';
import { useState } from 'react';
import { fieldsFor, questions } from '../../../recipe/questions.ts';
import { scrollTo } from '../../components/select/layout.ts';
import { TextField } from '../../components/text-field/text-field.tsx';
import { useKeys } from '../../keys/context.tsx';
import { fitText, truncate, widthOf } from '../../layout/text.ts';
import { useLinear } from '../../screen/size.ts';
import { useStrings } from '../../strings/context.ts';
import { useTheme } from '../../theme/theme.ts';
import { formatValue, settingOf, stepValue, writtenValue } from '../fields.ts';
import { faultOf } from '../outcome.ts';
import { Muted, Prose } from '../panels/facts.tsx';
import { FaultText } from '../panels/trouble.tsx';
import type { Fault } from '../state.ts';
import type { StepProps } from './step.ts';

const question = questions.find(({ id }) => id === 'settings')!;

/** The settings as a form: arrows walk and change, `e` writes, the rest of them is one key away. */
export function SettingsStep({ state, dispatch, room }: StepProps) {
  const { settings: words } = useStrings().wizard;
  const linear = useLinear();
  const { draft, within } = state;
  const [marked, setMarked] = useState(0);
  const [all, setAll] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const fields = fieldsFor(question, draft, all);
  const index = Math.min(marked, fields.length - 1);
  const field = fields[index]!;
  const { value } = settingOf(draft, field);
  const editing = within === 'edit';

  const set = (next: unknown) => dispatch({ type: 'set', field, value: next });
  const step = (by: 1 | -1) => {
    const next = stepValue(field, value, by);
    return Object.is(next, value) ? undefined : () => set(next);
  };
  const move = (to: number) => () => setMarked(Math.max(0, Math.min(fields.length - 1, to)));
  useKeys(
    'list',
    { up: move(index - 1), down: move(index + 1), first: move(0), last: move(fields.length - 1) },
    { active: !editing },
  );
  useKeys(
    'wizard',
    {
      next: () => dispatch({ type: 'next' }),
      decrease: step(-1),
      increase: step(1),
      edit: () => {
        setFault(null);
        dispatch({ type: 'open', within: 'edit' });
      },
      more: () => setAll(!all),
    },
    { active: !editing },
  );
  const submit = (text: string) => {
    try {
      set(writtenValue(draft, field, text));
      dispatch({ type: 'close' });
    } catch (error) {
      setFault(faultOf(error));
    }
  };

  // What is said about the marked one in full, where there is room below the list.
  const about = !editing && !linear && room.rows - fields.length >= 3;
  const foot = editing ? (fault ? 6 : 4) : 0;
  const rows = Math.max(3, room.rows - foot);
  const top = scrollTo(index, fields.length, rows, 0);
  const shown = linear ? fields : fields.slice(top, top + rows);
  return (
    <>
      <Box flexDirection="column" flexShrink={0} {...(!linear && { height: Math.min(rows, fields.length) })}>
        {shown.map((each) => (
          <Field
            key={each}
            {...{ draft, field: each, marked: each === field, fields, width: room.columns }}
          />
        ))}
      </Box>
      {about && (
        <Box paddingTop={1} flexShrink={0}>
          <Prose width={room.columns}>{`${nameOf(field, words.names)}: ${nameOf(field, words.hints)}`}</Prose>
        </Box>
      )}
      {editing && (
        <Box flexDirection="column" paddingTop={1}>
          <Muted>{words.write(nameOf(field, words.names))}</Muted>
          <TextField initial={formatValue(field, value)} width={room.columns} onSubmit={submit} />
          {fault && <FaultText fault={fault} width={room.columns} rows={foot - 3} />}
        </Box>
      )}
    </>
  );
}

const nameOf = (field: string, names: object): string => (names as Record<string, string>)[field] ?? field;

interface FieldProps {
  draft: StepProps['state']['draft'];
  field: string;
  marked: boolean;
  fields: readonly string[];
  width: number;
}

function Field({ draft, field, marked, fields, width }: FieldProps) {
  const { settings: words } = useStrings().wizard;
  const { colors, glyphs } = useTheme();
  const linear = useLinear();
  const { value, usual } = settingOf(draft, field);
  const name = nameOf(field, words.names);
  const text = formatValue(field, value);
  const changed = formatValue(field, usual) !== text;
  const hint = changed ? words.changed(formatValue(field, usual)) : nameOf(field, words.hints);
  if (linear) return <Text>{`${marked ? `${glyphs.pointer} ` : ''}${name}: ${text}, ${hint}`}</Text>;
  const nameWidth = Math.max(...fields.map((each) => widthOf(nameOf(each, words.names))));
  const valueWidth = 12;
  const { left, right } = glyphs.arrows;
  const isLast = (by: 1 | -1) => Object.is(stepValue(field, value, by), value);
  // The arrows are there to be seen only where they do something.
  const [before, after] = [marked && !isLast(-1), marked && !isLast(1)];
  const arrow = Math.max(widthOf(left), widthOf(right));
  return (
    <Text wrap="truncate">
      <Text color={marked ? colors.accent : colors.text} bold={marked}>
        {`${marked ? glyphs.pointer : ' '} ${fitText(name, nameWidth)}  `}
      </Text>
      <Text color={colors.accent}>{fitText(before ? left : '', arrow)}</Text>
      <Text bold={changed || marked}>{` ${fitText(text, valueWidth, 'center')} `}</Text>
      <Text color={colors.accent}>{fitText(after ? right : '', arrow)}</Text>
      <Text color={changed ? colors.text : colors.muted}>
        {`  ${truncate(hint, Math.max(0, width - nameWidth - valueWidth - 2 * arrow - 8), glyphs.ellipsis)}`}
      </Text>
    </Text>
  );
}
