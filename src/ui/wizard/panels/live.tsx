import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { formatBytes, formatNumber } from '../../../units.ts';
import { formatPercent } from '../../components/bar-shape.ts';
import { Panel } from '../../components/panel.tsx';
import { useLinear } from '../../screen/size.ts';
import type { Strings } from '../../strings/catalogue.ts';
import { useStrings } from '../../strings/context.ts';
import { formatDuration } from '../../strings/duration.ts';
import { useTheme } from '../../theme/theme.ts';
import type { Outcome } from '../outcome.ts';
import type { Outcomes } from '../use-outcome.ts';
import { Facts, Prose } from './facts.tsx';
import { StageBars } from './stages.tsx';
import { FaultText, FixText, ProblemText } from './trouble.tsx';
import { leastHeadroom } from './words.ts';

type Planned = Extract<Outcome, { plan: unknown }>;

export interface LivePanelProps extends Outcomes {
  width: number;
  height: number;
  title?: string;
}

/** From here on a plan is told in full. */
const roomyRows = 12;

/** What the answers would lead to, what is marked included: fit, memory of each card, speed and time. */
export function LivePanel({ shown, present, width, height, title }: LivePanelProps) {
  const strings = useStrings();
  const { glyphs } = useTheme();
  const words = strings.wizard.live;
  const fits = shown && 'plan' in shown && shown.plan.fits;
  const roomy = useLinear() || height - 2 >= roomyRows;
  // Where there is room, the first line says it, and by how much.
  const note =
    shown === null || roomy ? '' : fits ? `${glyphs.ok} ${words.fits}` : `${glyphs.bad} ${words.cannot}`;
  return (
    <Panel title={title ?? words.title} note={note} width={width} height={height}>
      {shown === null ? (
        <Prose width={width - 4}>{words.waiting}</Prose>
      ) : 'fault' in shown ? (
        <FaultText fault={shown.fault} width={width - 4} rows={height - 2} />
      ) : (
        <Planned outcome={shown} present={present} width={width - 4} height={height - 2} />
      )}
    </Panel>
  );
}

/** The lines of a plan; where there is little room, the fewest that still say what it means. */
function Planned({
  outcome,
  present,
  width,
  height,
}: {
  outcome: Planned;
  present: Outcome | null;
  width: number;
  height: number;
}) {
  const strings = useStrings();
  const { glyphs } = useTheme();
  const linear = useLinear();
  const { plan, problems } = outcome;
  const roomy = linear || height >= roomyRows;
  if (roomy) {
    return (
      <Box flexDirection="column" rowGap={linear ? 0 : 1}>
        <Verdict outcome={outcome} wrap="wrap" />
        <Box flexDirection="column">
          <StageBars plan={plan} width={width} rows={Math.max(8, Math.floor(height / 2))} />
        </Box>
        <Box flexDirection="column">
          <Facts facts={factsOf(outcome, present, strings)} width={width} />
        </Box>
        {problems.map((problem) => (
          <ProblemText key={problem.code} problem={problem} width={width} />
        ))}
      </Box>
    );
  }
  const error = problems.find(({ severity }) => severity === 'error');
  const warning = height > 4 ? problems[0] : undefined;
  const lines = error ? Math.max(2, Math.min(height - 2, 4)) : warning ? Math.min(height - 2, 3) : 1;
  return (
    <>
      <StageBars plan={plan} width={width} rows={height - lines} />
      {!error && <Text wrap="truncate">{speedLine(outcome, present, strings, glyphs.separator)}</Text>}
      {error ? (
        // By how much it does not fit is said in fewer words, so that what helps is seen as well.
        leastHeadroom(plan) < 0 ? (
          <>
            <Verdict outcome={outcome} />
            <FixText problem={error} width={width} rows={lines - 1} />
          </>
        ) : (
          <ProblemText problem={error} width={width} rows={lines} />
        )
      ) : (
        warning && <ProblemText problem={warning} width={width} rows={lines - 1} />
      )}
    </>
  );
}

/** Whether it fits, and by how much. */
export function Verdict({
  outcome: { plan },
  wrap = 'truncate',
}: {
  outcome: Planned;
  wrap?: 'wrap' | 'truncate';
}) {
  const { colors, glyphs } = useTheme();
  const words = useStrings().wizard.live;
  const headroom = leastHeadroom(plan);
  const [color, glyph, text] = plan.fits
    ? [colors.ok, glyphs.ok, words.fitsWith(formatBytes(headroom))]
    : [colors.bad, glyphs.bad, headroom < 0 ? words.over(formatBytes(-headroom)) : words.cannot];
  return (
    <Text color={color} bold wrap={wrap}>
      {`${glyph} ${text}`}
    </Text>
  );
}

/** Speed and time in one line. */
export function speedLine(
  outcome: Planned,
  present: Outcome | null,
  strings: Strings,
  separator: string,
): string {
  const words = strings.wizard.live;
  const { tokensPerSecond } = outcome.plan.throughput;
  const parts = [words.tokens(formatNumber(tokensPerSecond)) + comparison(outcome, present, strings)];
  const time = timeOf(outcome, strings);
  if (time !== null) parts.push(time);
  return parts.join(` ${separator} `);
}

function timeOf({ steps, seconds, atMost }: Planned, strings: Strings): string | null {
  if (steps === null || seconds === null) return null;
  const { timeAtMost, timeOf: about } = strings.wizard.live;
  return (atMost ? timeAtMost : about)(formatDuration(seconds, strings), steps);
}

/** How fast what is chosen at present is, where that differs. */
function comparison({ plan }: Planned, present: Outcome | null, { wizard }: Strings): string {
  if (!present || !('plan' in present)) return '';
  const now = present.plan.throughput.tokensPerSecond;
  const same = Math.abs(plan.throughput.tokensPerSecond / now - 1) < 0.005;
  return same ? '' : ` (${wizard.live.now(formatNumber(now))})`;
}

function factsOf(outcome: Planned, present: Outcome | null, strings: Strings): [string, ReactNode][] {
  const { plan } = outcome;
  const words = strings.wizard.live;
  const { tokensPerSecond, stepSeconds, pipelineEfficiency } = plan.throughput;
  const busy = plan.stages.length > 1 ? `, ${words.busy(formatPercent(pipelineEfficiency, 1))}` : '';
  return [
    [words.speed, words.tokens(formatNumber(tokensPerSecond)) + comparison(outcome, present, strings)],
    [words.step, formatDuration(stepSeconds, strings) + busy],
    [words.time, timeOf(outcome, strings) ?? words.timeUnknown],
    [words.precision, plan.precision.value],
    [words.ram, formatBytes(plan.hostRamBytes)],
    [words.disk, formatBytes(plan.diskBytes)],
  ];
}
