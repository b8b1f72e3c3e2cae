import { Box } from 'ink';
import { formatNumber } from '../../units.ts';
import { useBar } from '../components/bar.tsx';
import { formatPercent } from '../components/bar-shape.ts';
import { SpanRows } from '../components/span-rows.tsx';
import type { Span } from '../layout/spans.ts';
import { fitText, truncate, widthOf } from '../layout/text.ts';
import type { Strings } from '../strings/catalogue.ts';
import { useStrings } from '../strings/context.ts';
import { formatDuration } from '../strings/duration.ts';
import { type Theme, useTheme } from '../theme/theme.ts';
import { formatClock, formatLoss } from './format.ts';
import type { MonitorState } from './state/state.ts';
import { isStarting, stepsOf, timeLeft } from './state/time-left.ts';

/** Rows of the header. */
export const headerRows = 3;

/** Which run, how it stands, how far it is, and its figures. Three rows. */
export function Header({ state, width, id }: { state: MonitorState; width: number; id: string }) {
  return (
    <Box flexDirection="column" width={width} height={headerRows} flexShrink={0}>
      <TitleRow {...{ state, width, id }} />
      <ProgressRow {...{ state, width }} />
      <FigureRow {...{ state, width }} />
    </Box>
  );
}

function TitleRow({ state, width, id }: { state: MonitorState; width: number; id: string }) {
  const strings = useStrings();
  const theme = useTheme();
  const { colors } = theme;
  const { sign, color, text } = standing(state, strings, theme);
  const attempt = state.lifecycle?.status.attempt ?? 1;
  const right = [
    attempt > 1 ? strings.monitor.header.attempt(attempt) : null,
    state.began !== null && state.lifecycle?.live && !isStarting(state)
      ? strings.monitor.header.elapsed(formatDuration((state.now - state.began) / 1000, strings))
      : null,
  ]
    .filter((part) => part !== null)
    .join(`  `);
  const shown = `${sign} ${text}`;
  const room = width - widthOf(id) - widthOf(shown) - widthOf(right) - 7;
  const about = truncate(describePlan(state, strings, theme), room, theme.glyphs.ellipsis);
  const fits = room > 16;
  const described = fits
    ? `  ${fitText(about, room, 'left', theme.glyphs.ellipsis)}`
    : ' '.repeat(Math.max(0, room + 2));
  return (
    <SpanRows
      rows={[
        [
          { text: ` ${id}`, bold: true },
          { text: '  ' },
          { text: shown, color, bold: true },
          { text: described, color: colors.muted },
          { text: ` ${right} `, color: colors.muted },
        ],
      ]}
    />
  );
}

/** How the run stands: a sign, a colour and a word. */
export function standing(run: MonitorState, strings: Strings, { colors, glyphs }: Theme) {
  const { lifecycle, phase, loaded, plan } = run;
  const { states, phases, loading, starting } = strings.monitor;
  const state = lifecycle?.state ?? 'preparing';
  switch (state) {
    case 'done':
      return { sign: glyphs.ok, color: colors.ok, text: states.done };
    case 'failed':
    case 'refused':
    case 'lost':
      return { sign: glyphs.bad, color: colors.bad, text: states[state] };
    case 'stopped':
      return { sign: glyphs.disabled, color: colors.warn, text: states.stopped };
    case 'stopping':
      return { sign: glyphs.warn, color: colors.warn, text: states.stopping };
    default: {
      const detailed = () => {
        if (isStarting(run)) return starting;
        if (phase === 'load') return loading(loaded, plan.ranks.length);
        return state === 'training' && phase !== null ? phases[phase] : states[state];
      };
      return { sign: glyphs.pointer, color: colors.accent, text: detailed() };
    }
  }
}

function describePlan({ plan }: MonitorState, { monitor: { header } }: Strings, { glyphs }: Theme): string {
  const { training, model } = plan;
  const parts = [
    model.source.split('/').at(-1)!,
    training.lora ? header.lora(training.lora.rank) : header.freeze(training.freeze?.layers ?? 0),
    plan.precision.value,
    plan.schedule,
    header.microBatches(plan.microBatches, plan.microBatchSize),
    ...(plan.dataParallel > 1 ? [header.replicas(plan.dataParallel)] : []),
  ];
  return parts.join(` ${glyphs.separator} `);
}

const shortestBar = 18;

function ProgressRow({ state, width }: { state: MonitorState; width: number }) {
  const strings = useStrings();
  const { header } = strings.monitor;
  const { colors, glyphs } = useTheme();
  const bar = useBar();
  const { step, plan, now, download } = state;
  const loading = state.phase === 'download' && download?.totalBytes;
  const [done, of] = loading ? [download.bytes, download.totalBytes!] : stepsOf(state);
  const left = loading
    ? ` ${truncate(download.file, 30, glyphs.ellipsis)} `
    : ` ${header.step} ${done}/${of || '?'} `;
  const time = loading ? null : timeLeft(state);
  const epoch = step && !loading ? `${header.epoch} ${step.epoch.toFixed(2)}/${plan.training.epochs}` : '';
  const duration = time ? formatDuration(time.seconds, strings) : '';
  const [eta, short] = !time
    ? ['', '']
    : time.began
      ? [header.left(duration, formatClock(now + time.seconds * 1000, now)), header.leftShort(duration)]
      : [header.expected(duration), header.expected(duration)];
  const room = width - widthOf(left) - 8;
  // The bar is worth more than all that could be said beside it.
  const right =
    [[epoch, eta], [eta], [short]]
      .map((parts) => parts.filter(Boolean).join('  '))
      .find((text) => room - widthOf(text) >= shortestBar) ?? '';
  const percent = of > 0 ? formatPercent(done, of) : '';
  const barWidth = Math.max(4, room - widthOf(right));
  return (
    <SpanRows
      rows={[
        [
          { text: left, bold: true },
          ...bar({ value: done, capacity: Math.max(1, of), width: barWidth, percent: false }),
          { text: fitText(percent, 5, 'right'), bold: true },
          { text: `  ${right} `, color: colors.muted },
        ],
      ]}
    />
  );
}

/** The figures that matter, each as long as there is room. */
function FigureRow({ state, width }: { state: MonitorState; width: number }) {
  const strings = useStrings();
  const { colors } = useTheme();
  const lengthOf = (figures: readonly Figure[]) =>
    figures.reduce(
      (sum, { label, value }) => sum + widthOf(label) + widthOf(value) + 3 + Number(label !== ''),
      -1,
    );
  const all = figuresOf(state, strings, 'long');
  const short = figuresOf(state, strings, 'short');
  const shown =
    lengthOf(all) <= width ? all : short.filter((_, at) => lengthOf(short.slice(0, at + 1)) <= width);
  const row = shown.flatMap(({ label, value }, index): Span[] => [
    { text: index > 0 ? '   ' : ' ' },
    { text: label === '' ? '' : `${label} `, color: colors.muted },
    { text: value, bold: label !== '' },
  ]);
  return <SpanRows rows={[row]} />;
}

interface Figure {
  label: string;
  value: string;
}

function figuresOf(state: MonitorState, strings: Strings, length: 'long' | 'short'): Figure[] {
  const { header } = strings.monitor;
  const { step, smoothed, evaluations, checkpoint, now, plan, recent, lifecycle } = state;
  if (!step) return [];
  const speeds = recent.slice(-10).map(({ tokensPerSecond }) => tokensPerSecond);
  const speed = speeds.reduce((sum, value) => sum + value, 0) / Math.max(1, speeds.length);
  const loss = smoothed.buckets.at(-1)?.last;
  const evaluation = evaluations.buckets.at(-1)?.last;
  const ago = checkpoint ? formatDuration(Math.max(0, now - Date.parse(checkpoint.t)) / 1000, strings) : '';
  return [
    ...(loss === undefined ? [] : [{ label: header.loss, value: formatLoss(loss) }]),
    ...(evaluation === undefined ? [] : [{ label: header.evaluation, value: formatLoss(evaluation) }]),
    { label: '', value: header.speed(formatNumber(speed)) },
    ...(checkpoint
      ? [
          {
            label: '',
            value: length === 'long' ? header.checkpoint(checkpoint.step, ago) : header.saved(ago),
          },
        ]
      : (lifecycle?.live ?? true)
        ? [{ label: '', value: header.noCheckpoint(Math.min(plan.training.saveSteps, step.totalSteps)) }]
        : []),
  ];
}
