import { Box, Text } from 'ink';
import { useMemo } from 'react';
import type { DataSummary } from '../../../dataset/schema.ts';
import { formatBytes } from '../../../units.ts';
import { Progress } from '../../components/progress.tsx';
import type { Option } from '../../components/select/layout.ts';
import { Select } from '../../components/select/select.tsx';
import { wrapText } from '../../layout/wrap.ts';
import { useLinear } from '../../screen/size.ts';
import type { Strings } from '../../strings/catalogue.ts';
import { useStrings } from '../../strings/context.ts';
import { useTheme } from '../../theme/theme.ts';
import { Muted } from '../panels/facts.tsx';
import { FaultText, Paragraph } from '../panels/trouble.tsx';
import type { DatasetGlance } from '../services.ts';
import { faultKey, keyOfData, keyOfDataset, shownDraft, type WizardState } from '../state.ts';
import { Browse } from './browse.tsx';
import type { StepProps } from './step.ts';

type Choice = { dataset: string | string[] } | { open: 'browse' };

/** What to learn from: files at hand, and a row of the marked one as the model will see it. */
export function DatasetStep({ state, dispatch, services, room }: StepProps) {
  const strings = useStrings();
  const words = strings.wizard.dataset;
  const { within, datasets, draft } = state;
  const choose = (value: string | string[]) => dispatch({ type: 'answer', field: 'dataset', value });
  const mark = (value: unknown) => dispatch({ type: 'mark', field: 'dataset', value });

  const named = draft.dataset;
  const key = named === undefined ? null : keyOfDataset(named);
  // A list that is the same at every frame: what is marked in it is told once.
  const options = useMemo(() => optionsOf(datasets, named, strings), [datasets, named, strings]);
  const current = options.find(
    ({ value }) => 'dataset' in value && keyOfDataset(value.dataset) === key,
  )?.value;
  const most = Math.max(3, Math.floor(room.rows / 2));
  const listRows = within === 'browse' ? most : Math.min(options.length, most);
  const list = { columns: room.columns, rows: listRows };
  return (
    <>
      <Box height={listRows} flexShrink={0} flexDirection="column" overflow="hidden">
        {within === 'browse' ? (
          <Browse
            services={services}
            wanted="dataset"
            start="./"
            room={list}
            onChoose={choose}
            onMark={mark}
          />
        ) : (
          <Select
            key={options.length}
            options={options}
            width={room.columns}
            height={listRows}
            filterable
            {...(current && { initial: current })}
            onChoose={(choice) =>
              'dataset' in choice ? choose(choice.dataset) : dispatch({ type: 'open', within: 'browse' })
            }
            onMark={(choice) => mark('dataset' in choice ? choice.dataset : draft.dataset)}
          />
        )}
      </Box>
      {datasets === null && <Progress label={words.looking} share={null} width={room.columns} />}
      <Sample state={state} rows={room.rows - listRows - 1} width={room.columns} />
    </>
  );
}

function optionsOf(
  datasets: WizardState['datasets'],
  named: string | string[] | undefined,
  { wizard }: Strings,
): Option<Choice>[] {
  const words = wizard.dataset;
  const files = datasets ?? [];
  const key = named === undefined ? 'demo' : keyOfDataset(named);
  const isListed = key === 'demo' || files.includes(key);
  return [
    ...(named === undefined || isListed
      ? []
      : [{ value: { dataset: named }, label: key.replaceAll('\n', ', ') }]),
    ...files.map((file) => ({ value: { dataset: file }, label: file })),
    { value: { open: 'browse' as const }, label: words.browse, hint: words.browseHint },
    { value: { dataset: 'demo' }, label: words.demo, hint: words.demoHint },
  ];
}

/** The first row of the dataset: as the model sees it once Python can tell, until then as it is in the file. */
function Sample({ state, rows, width }: { state: WizardState; rows: number; width: number }) {
  const words = useStrings().wizard.dataset;
  const linear = useLinear();
  const shown = shownDraft(state);
  if (shown.dataset === undefined) return null;
  const key = keyOfDataset(shown.dataset);
  const dataKey = keyOfData(shown);
  const glance = state.glances[key];
  const data = dataKey === null ? undefined : state.data[dataKey];
  const fault =
    state.faults[faultKey('dataset', key)] ?? (dataKey && state.faults[faultKey('data', dataKey)]);
  return (
    <Box
      flexDirection="column"
      paddingTop={linear ? 0 : 1}
      {...(!linear && { height: rows + 1 })}
      overflow="hidden"
    >
      <Box flexDirection="column" flexShrink={0}>
        {fault ? (
          <FaultText fault={fault} width={width} rows={rows} />
        ) : data ? (
          <RenderedSample data={data} width={width} rows={rows} />
        ) : glance ? (
          <RawSample glance={glance} width={width} rows={rows} />
        ) : (
          <Progress label={words.reading} share={null} width={width} />
        )}
      </Box>
    </Box>
  );
}

/** The model's view of the first row. What it learns is marked by a sign and a colour; the prompt is not learned. */
function RenderedSample({ data, width, rows }: { data: DataSummary; width: number; rows: number }) {
  const { wizard } = useStrings();
  const { colors, glyphs } = useTheme();
  const words = wizard.dataset;
  const parts = partsOf(data).map(({ text, learned }) => ({
    lead: learned
      ? { text: `${glyphs.mark} ${words.learned}: `, color: colors.ok, bold: true }
      : { text: `  ${words.prompt}: `, color: colors.muted },
    text: visible(text, glyphs.lineBreak),
    learned,
  }));
  // Each part has a row at least while there are any; the first ones get what more they need.
  let left = rows - 2 - Number(data.badRows.length > 0);
  const shown = parts.slice(0, Math.max(1, left)).map((part, index, { length }) => {
    const needed = wrapText(part.lead.text + part.text, width).length;
    const given = Math.max(1, Math.min(needed, left - (length - 1 - index)));
    left -= given;
    return { ...part, rows: given };
  });
  return (
    <>
      <Text wrap="truncate">{words.facts(data.rows, data.tokens.longest, data.template)}</Text>
      {data.badRows.length > 0 && (
        <Text color={colors.warn} wrap="truncate">{`${glyphs.warn} ${words.bad(data.badRows.length)}`}</Text>
      )}
      <Muted>{words.sample}</Muted>
      {shown.map(({ lead, text, learned, rows }, index) => (
        <Paragraph
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name, and no state.
          key={index}
          lead={lead}
          text={text}
          color={learned ? colors.ok : ''}
          {...{ width, rows }}
        />
      ))}
    </>
  );
}

/** Neighbours of the same kind as one. */
function partsOf({ sample }: DataSummary): { text: string; learned: boolean }[] {
  const parts: { text: string; learned: boolean }[] = [];
  for (const { text, learned } of sample) {
    const last = parts.at(-1);
    if (last?.learned === learned) last.text += text;
    else parts.push({ text, learned });
  }
  return parts;
}

function RawSample({ glance, width, rows }: { glance: DatasetGlance; width: number; rows: number }) {
  const { glyphs } = useTheme();
  const words = useStrings().wizard.dataset;
  // A tenth of a MiB and more is worth a word.
  const size = glance.bytes >= 2 ** 20 / 10 ? formatBytes(glance.bytes) : null;
  const note = wrapText(words.rawNote, width);
  const facts = [glance.rows === null ? null : words.rows(glance.rows), size].filter((fact) => fact !== null);
  return (
    <>
      <Text wrap="truncate">{facts.join(', ')}</Text>
      <Muted>{words.rawSample}</Muted>
      <Paragraph
        lead={{ text: '' }}
        text={visible(glance.firstRow, glyphs.lineBreak)}
        width={width}
        rows={Math.max(1, rows - 2 - note.length)}
      />
      {rows > 2 + note.length && <Muted>{note.join('\n')}</Muted>}
    </>
  );
}

/** Text of a file, safe and compact on a terminal: line breaks as signs, control characters as their numbers. */
function visible(text: string, lineBreak: string): string {
  const short = text.length > 1200 ? text.slice(0, 1200) : text;
  return short
    .replace(/\r?\n/g, lineBreak)
    .replace(
      /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu,
      (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`,
    );
}
