import { Box, Text } from 'ink';
import { useMemo } from 'react';
import { formatBytes } from '../../../units.ts';
import { Progress } from '../../components/progress.tsx';
import type { Option } from '../../components/select/layout.ts';
import { Select } from '../../components/select/select.tsx';
import { TextField } from '../../components/text-field/text-field.tsx';
import type { Strings } from '../../strings/catalogue.ts';
import { useStrings } from '../../strings/context.ts';
import { useTheme } from '../../theme/theme.ts';
import { Prose } from '../panels/facts.tsx';
import { FaultText } from '../panels/trouble.tsx';
import { describeModel, shortName } from '../panels/words.ts';
import { type Fault, faultKey, shownDraft, type WizardState } from '../state.ts';
import { Browse } from './browse.tsx';
import type { StepProps } from './step.ts';

type Choice = { source: string } | { open: 'browse' | 'hub' | 'catalogue' };

/** Which model: those at hand first, then the ways to name another. */
export function ModelStep(props: StepProps) {
  const { state, dispatch, services, room } = props;
  const strings = useStrings();
  const words = strings.wizard.model;
  const { awaited, within, models } = state;
  const named = state.draft.model;
  const choose = (source: string) => dispatch({ type: 'answer', field: 'model', value: source });
  const mark = (source: string) => dispatch({ type: 'mark', field: 'model', value: source });
  // A list that is the same at every frame: what is marked in it is told once.
  const options = useMemo(
    () => (within === 'catalogue' ? catalogueOptions(services) : optionsOf(models, named, strings)),
    [within, services, models, named, strings],
  );
  if (awaited?.question === 'model') {
    return <Progress label={words.reading(awaited.key)} share={null} width={room.columns} />;
  }

  // What is known of the marked one stands below; an error takes more words.
  const footRows = modelFault(state) ? 4 : 2;
  const foot = <ModelFoot state={state} width={room.columns} rows={footRows} />;
  const list = { columns: room.columns, rows: Math.max(3, room.rows - footRows - 1) };
  if (within === 'browse') {
    return (
      <>
        <Box height={list.rows} flexShrink={0} flexDirection="column" overflow="hidden">
          <Browse services={services} wanted="model" start="./" room={list} onChoose={choose} onMark={mark} />
        </Box>
        {foot}
      </>
    );
  }
  if (within === 'hub') {
    return (
      <>
        <Prose width={room.columns}>{words.hubAsk}</Prose>
        <TextField
          width={room.columns}
          placeholder="Qwen/Qwen3-8B"
          onSubmit={(id) => id.trim() !== '' && choose(id.trim())}
        />
        <Box paddingTop={1} flexDirection="column">
          {foot}
        </Box>
      </>
    );
  }
  const current = options.find(({ value }) => 'source' in value && value.source === named)?.value;
  return (
    <>
      <Select
        key={`${within} ${options.length}`}
        options={options}
        width={list.columns}
        height={Math.min(list.rows, options.length)}
        filterable
        {...(current && { initial: current })}
        onChoose={(choice) =>
          'source' in choice ? choose(choice.source) : dispatch({ type: 'open', within: choice.open })
        }
        onMark={(choice) =>
          'source' in choice
            ? mark(choice.source)
            : dispatch({ type: 'mark', field: 'model', value: state.draft.model })
        }
      />
      {state.models === null && <Progress label={words.looking} share={null} width={room.columns} />}
      <Box paddingTop={options.length < list.rows ? 1 : 0} flexDirection="column">
        {foot}
      </Box>
    </>
  );
}

function catalogueOptions({ catalogue }: StepProps['services']): Option<Choice>[] {
  return catalogue.map(({ name, hubId }) => ({ value: { source: name }, label: name, hint: hubId }));
}

function optionsOf(
  models: WizardState['models'],
  named: string | undefined,
  { wizard }: Strings,
): Option<Choice>[] {
  const words = wizard.model;
  const found = models ?? [];
  const known = found.map(({ source, where }) => ({
    value: { source },
    label: shortName(source),
    hint: `${words.where[where]}${where === 'folder' ? ` ${source}` : ''}`,
  }));
  // What was named by a flag, or chosen by another way before.
  const isListed = named === undefined || named === 'demo' || found.some(({ source }) => source === named);
  return [
    ...(isListed ? [] : [{ value: { source: named }, label: named }]),
    ...known,
    { value: { open: 'browse' }, label: words.browse, hint: words.browseHint },
    { value: { open: 'hub' }, label: words.hub, hint: words.hubHint },
    { value: { open: 'catalogue' }, label: words.catalogue, hint: words.catalogueHint },
    { value: { source: 'demo' }, label: words.demo, hint: words.demoHint },
  ];
}

/** Why the marked model cannot be had, else the one that was asked for last. */
function modelFault(state: WizardState): Fault | undefined {
  const { model } = shownDraft(state);
  const failed = Object.entries(state.faults).findLast(([key]) => key.startsWith('model '))?.[1];
  return model === undefined ? failed : (state.faults[faultKey('model', model)] ?? failed);
}

/** What is known of the marked model, or why it cannot be had. */
function ModelFoot({ state, width, rows }: { state: WizardState; width: number; rows: number }) {
  const strings = useStrings();
  const { colors, glyphs } = useTheme();
  const words = strings.wizard.model;
  const { model } = shownDraft(state);
  const fault = modelFault(state);
  if (fault) return <FaultText fault={fault} width={width} rows={rows} />;
  const shape = model === undefined ? undefined : state.shapes[model];
  if (!shape) return null;
  const bytes = shape.checkpointBytes === null ? null : formatBytes(shape.checkpointBytes);
  const where =
    bytes === null ? words.shapeOnly : shape.path === null ? words.toFetch(bytes) : words.onDisk(bytes);
  return (
    <>
      <Text wrap="truncate">{describeModel(shape, strings)}</Text>
      <Text color={bytes === null ? colors.warn : colors.muted} wrap="truncate">
        {bytes === null ? `${glyphs.warn} ${where}` : where}
      </Text>
    </>
  );
}
