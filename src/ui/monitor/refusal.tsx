import { UserError } from '../../errors.ts';
import { planChanges, wordChange, wordProposal } from '../../plan/changes.ts';
import { wordProblem } from '../../plan/problem.ts';
import { printable } from '../../printable.ts';
import { shortCardName } from '../../words/card-name.ts';
import { explain } from '../../words/said.ts';
import { useBar } from '../components/bar.tsx';
import { Panel } from '../components/panel.tsx';
import { measure, pages } from '../components/plan-picture/geometry.ts';
import { colorOf, numberOf } from '../components/plan-picture/names.ts';
import { drawPicture, labelColumns, nameColumns } from '../components/plan-picture/picture.ts';
import { SpanRows } from '../components/span-rows.tsx';
import type { Span } from '../layout/spans.ts';
import { fitText, widthOf } from '../layout/text.ts';
import { wrapText } from '../layout/wrap.ts';
import type { Strings } from '../strings/catalogue.ts';
import { useStrings } from '../strings/context.ts';
import { type Theme, useTheme } from '../theme/theme.ts';
import { formatBytesOf } from './format.ts';
import { standing } from './header.tsx';
import { reasonOf } from './reason.ts';
import type { Offer, Rescue } from './rescue.ts';
import type { MonitorState } from './state/state.ts';

export interface RefusalProps {
  state: MonitorState;
  /** Null until somebody looks for a plan that fits. */
  rescue: Rescue | null;
  /** With the frame. */
  width: number;
  height: number;
}

/** Why a run did not fit, and the nearest plan that does, to be accepted. */
export function Refusal({ state, rescue, width, height }: RefusalProps) {
  const strings = useStrings();
  const theme = useTheme();
  const { text, sign } = standing(state, strings, theme);
  const inner = { width: width - 4, height: height - 2 };
  const said = refusalText(state, rescue, inner.width, strings, theme);
  const offer = rescue && 'offer' in rescue ? rescue.offer : null;
  const picture = usePicture(offer, inner.width, inner.height - said.length - 1);
  return (
    <Panel title={`${sign} ${text}`} width={width} height={height} focused>
      <SpanRows rows={picture.length > 0 ? [...said, [], ...picture] : said} />
    </Panel>
  );
}

/** All that is said, in rows. */
function refusalText(
  state: MonitorState,
  rescue: Rescue | null,
  width: number,
  strings: Strings,
  { colors }: Theme,
): Span[][] {
  const { refusal } = strings.monitor;
  const rows = (text: string, look: Omit<Span, 'text'> = {}, margin = '') =>
    wrapText(printable(text), width - margin.length).map((row): Span[] => [{ text: margin + row, ...look }]);
  const bad = { color: colors.bad, bold: true };
  const why = rows(reasonOf(state.lifecycle, strings) ?? '', bad);
  const section = (title: string, content: Span[][]): Span[][] => [
    ...why,
    [],
    [{ text: title, bold: true }],
    ...content,
  ];
  if (rescue === null || rescue.stage === 'looking') {
    return [...why, [], ...rows(refusal.looking, { color: colors.muted })];
  }
  if (rescue.stage === 'nothing') {
    const problems = rescue.problems.map((problem) => wordProblem(problem, strings.problems));
    return section(
      strings.proposals.none,
      problems.flatMap(({ message, fix }) => [...rows(message), ...rows(fix)]),
    );
  }
  if (rescue.stage === 'failed') return section(refusal.failed, rows(sayError(rescue.error, strings), bad));
  const { before, plan } = rescue.offer;
  const changes = planChanges(before, plan).flatMap((change) =>
    rows(wordChange(change, strings.changes), { color: colors.ok, bold: true }, '  '),
  );
  const [, comesTo = ''] = wordProposal(before, plan, strings);
  const attempt = (state.lifecycle?.status.attempt ?? 1) + 1;
  const starting =
    rescue.stage === 'starting'
      ? rows(startingText(rescue, attempt, strings), { color: colors.accent, bold: true })
      : [];
  return section(refusal.offered, [...changes, ...rows(comesTo, { color: colors.muted }), ...starting]);
}

function startingText({ news }: Extract<Rescue, { stage: 'starting' }>, attempt: number, strings: Strings) {
  return news === null ? strings.monitor.refusal.starting(attempt) : strings.setup(news);
}

function sayError(error: Error, strings: Strings): string {
  return error instanceof UserError ? explain(error.in(strings.errors)) : error.message;
}

/** A bar says nothing in fewer columns. */
const leastBar = 8;

/** The plan as a picture, where there is room for it; else what each card would hold, in a row; else nothing. */
function usePicture(offer: Offer | null, width: number, rows: number): readonly (readonly Span[])[] {
  const { split } = useStrings();
  const theme = useTheme();
  const bar = useBar();
  if (!offer) return [];
  const { figures } = offer;
  const picture = { figures, words: split.picture, theme, boundary: null };
  const room = { width, rows, label: labelColumns(picture), name: nameColumns(picture), slack: 0 };
  const [shown, ...more] = pages(figures.stages.length, room);
  const geometry = measure(figures, { ...room, shown: shown! });
  if (more.length === 0 && geometry.rows <= rows) return drawPicture(picture, geometry);
  if (figures.stages.length > rows) return [];
  return figures.stages.map(({ cards, predictedBytes, capacityBytes }, index) => {
    const color = colorOf(cards, index, theme.colors.series);
    const name = cards[0] ? shortCardName(cards[0].kind.name) : 'CPU';
    const place = fitText(`${numberOf(cards, index)} ${name}`, Math.min(16, Math.floor(width / 4)));
    const figure = ` ${formatBytesOf(predictedBytes, capacityBytes)}`;
    const left = width - widthOf(place) - widthOf(figure) - 1;
    return [
      { text: `${place} `, color, bold: true },
      ...(left < leastBar
        ? []
        : bar({ value: predictedBytes, capacity: capacityBytes, width: left, color, percent: false })),
      { text: figure },
    ];
  });
}
