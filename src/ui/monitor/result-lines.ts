import { printable } from '../../printable.ts';
import { fitText, widthOf } from '../layout/text.ts';
import { wrapText } from '../layout/wrap.ts';
import type { Strings } from '../strings/catalogue.ts';
import { formatDuration } from '../strings/duration.ts';
import { formatLoss } from './format.ts';
import { reasonOf } from './reason.ts';
import type { MonitorState } from './state/state.ts';

/** One row of the result, with what it is. */
export interface ResultLine {
  label?: string;
  text: string;
  tone?: 'plain' | 'muted' | 'good' | 'bad' | 'warn' | 'command';
  bold?: boolean;
}

export interface ResultInput {
  state: MonitorState;
  strings: Strings;
  width: number;
  run: { id: string; path: string; logFile: string; outputFolder: string };
  program: string;
}

/** Lines of the log shown with a failure. */
const excerpt = 12;
/** Rows of an answer: of a model that rambles, enough to see that it does. */
const answerRows = 3;

/** The result as rows: what came out or what went wrong, what was answered, and what to do next. Pure. */
export function layoutResult(input: ResultInput): ResultLine[] {
  const { state } = input.state.lifecycle ?? {};
  const failed = state === 'failed' || state === 'lost';
  const sections = [
    failed ? failure(input) : [],
    facts(input),
    answers(input),
    next(input),
    failed ? logEnd(input) : [],
  ];
  return sections
    .filter((section) => section.length > 0)
    .flatMap((section, index) => (index === 0 ? section : [{ text: '' }, ...section]));
}

/** Labelled rows, the labels of one width; what is long goes on below itself. */
function labelled(
  pairs: readonly (ResultLine & { label: string })[],
  width: number,
  most = Number.POSITIVE_INFINITY,
): ResultLine[] {
  const room = Math.max(0, ...pairs.map(({ label }) => widthOf(label))) + 2;
  return pairs.flatMap(({ label, text, ...look }) =>
    cut(wrapText(text, width - room), most).map((part, index) => ({
      label: fitText(index === 0 ? label : '', room),
      text: part,
      ...look,
    })),
  );
}

/** The first `most` rows; that there were more is seen. */
function cut(rows: string[], most: number): string[] {
  return rows.length <= most ? rows : [...rows.slice(0, most - 1), `${rows[most - 1]!.slice(0, -4)} ...`];
}

function facts({ state, strings, width, run }: ResultInput): ResultLine[] {
  const { result, loss: words } = strings.monitor;
  const { step, done, evaluations, lifecycle, checkpoint, loss, smoothed } = state;
  const last = done?.loss ?? loss.buckets.at(-1)?.last;
  const mean = smoothed.buckets.at(-1)?.last;
  const losses = [
    ...(last === undefined ? [] : [formatLoss(last)]),
    ...(mean === undefined ? [] : [`${words.smoothed} ${formatLoss(mean)}`]),
  ];
  const evaluation = evaluations.buckets.at(-1)?.last;
  const finished = lifecycle?.state === 'done';
  const pairs = [
    { label: result.finalLoss, text: losses.join(', ') || '-', bold: true },
    ...(evaluation === undefined ? [] : [{ label: result.evaluation, text: formatLoss(evaluation) }]),
    ...(step ? [{ label: result.steps, text: `${done?.step ?? step.step}/${step.totalSteps}` }] : []),
    ...(done ? [{ label: result.time, text: formatDuration(done.seconds, strings) }] : []),
    finished
      ? { label: result.where, text: done?.output ?? run.outputFolder, bold: true }
      : { label: result.checkpoint, text: checkpoint ? result.atStep(checkpoint.step) : result.noCheckpoint },
    { label: result.run, text: run.path },
  ];
  const warning = finished ? reasonOf(lifecycle, strings) : null;
  return [
    ...labelled(pairs, width),
    ...(warning ? labelled([{ label: result.warning, text: printable(warning), tone: 'warn' }], width) : []),
  ];
}

function failure({ state, strings, width }: ResultInput): ResultLine[] {
  const { result } = strings.monitor;
  const error = state.error && strings.errors.reported(state.error);
  const why = error?.message ?? reasonOf(state.lifecycle, strings) ?? '';
  return labelled(
    [
      { label: result.why, text: printable(why), tone: 'bad', bold: true },
      ...(error ? [{ label: result.what, text: printable(error.fix) }] : []),
    ],
    width,
  );
}

function answers({ state, strings, width }: ResultInput): ResultLine[] {
  const { result } = strings.monitor;
  if (state.answers.length === 0) return [];
  return [
    { text: result.answers, bold: true },
    ...state.answers.flatMap(({ prompt, before, after }) => [
      ...wrapText(oneParagraph(prompt, result.nothing), width - 2).map((text) => ({
        label: '  ',
        text,
        bold: true,
      })),
      ...labelled(
        [
          { label: `    ${result.before}`, text: oneParagraph(before, result.nothing), tone: 'muted' },
          { label: `    ${result.after}`, text: oneParagraph(after, result.nothing), tone: 'good' },
        ],
        width,
        answerRows,
      ),
    ]),
  ];
}

function next({ state, strings, width, run, program }: ResultInput): ResultLine[] {
  const { result } = strings.monitor;
  const done = state.lifecycle?.state === 'done';
  const command = done ? `${program} chat ${run.id}` : `${program} resume ${run.id}`;
  const label = done ? result.chat : state.checkpoint ? result.resume : result.again;
  return [
    { text: result.next, bold: true },
    ...labelled([{ label: `  ${label}`, text: command, tone: 'command', bold: true }], width),
  ];
}

function logEnd({ state, strings, width, run }: ResultInput): ResultLine[] {
  const { result } = strings.monitor;
  const lines = state.log.lines.filter((line) => line.trim() !== '').slice(-excerpt);
  return [
    { text: result.log, bold: true },
    ...lines.flatMap((line) =>
      wrapText(line, width - 2).map((text) => ({ label: '  ', text, tone: 'muted' as const })),
    ),
    ...labelled([{ label: result.logFile, text: run.logFile }], width),
  ];
}

function oneParagraph(text: string, nothing: string): string {
  return printable(text.trim().replace(/\s+/g, ' ')) || nothing;
}
