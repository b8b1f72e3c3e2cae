import { Box, Text } from 'ink';
import { type FoundProblem, wordProblem } from '../../../plan/problem.ts';
import { SpanRows } from '../../components/span-rows.tsx';
import type { Span } from '../../layout/spans.ts';
import { takeColumns } from '../../layout/text.ts';
import { wrapText } from '../../layout/wrap.ts';
import { useLinear } from '../../screen/size.ts';
import { useStrings } from '../../strings/context.ts';
import { useTheme } from '../../theme/theme.ts';
import type { Fault } from '../state.ts';

interface Room {
  width: number;
  /** Rows there are. Default: as many as it takes. */
  rows?: number;
}

/** Text behind a sign or a name, broken between words; where it is longer than its rows, its end says so. */
export function Paragraph({
  lead,
  text,
  color = '',
  width,
  rows = Number.POSITIVE_INFINITY,
}: Room & { lead: Span; text: string; color?: string }) {
  const { ellipsis } = useTheme().glyphs;
  if (useLinear()) return <Text>{lead.text + text}</Text>;
  const all = wrapText(lead.text + text, width);
  const shown = all.slice(0, Math.max(1, rows));
  if (shown.length < all.length) {
    shown.push(`${takeColumns(shown.pop()!, width - 1).trimEnd()}${ellipsis}`);
  }
  const { length } = lead.text;
  return (
    <SpanRows
      rows={shown.map((row, index) =>
        index > 0
          ? [{ text: row, color }]
          : [
              { ...lead, text: row.slice(0, length) },
              { text: row.slice(length), color },
            ],
      )}
    />
  );
}

interface TroubleProps extends Room {
  sign: Span;
  message: string;
  fix: { name: string; text: string };
}

/** What is wrong, and what to do about it: of both something is seen where there are two rows. */
function Trouble({ sign, message, fix, width, rows = Number.POSITIVE_INFINITY }: TroubleProps) {
  const { colors } = useTheme();
  const lead = { text: `${fix.name}: `, color: colors.muted };
  const needed = [sign.text + message, lead.text + fix.text].map((text) => wrapText(text, width).length);
  const forFix = Math.min(needed[1]!, Math.max(rows - needed[0]!, Math.floor(rows / 2)));
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Paragraph lead={sign} text={message} width={width} rows={rows - forFix} />
      {forFix > 0 && <Paragraph lead={lead} text={fix.text} width={width} rows={forFix} />}
    </Box>
  );
}

/** Something that went wrong. */
export function FaultText({ fault, ...room }: Room & { fault: Fault }) {
  const { colors, glyphs } = useTheme();
  const { errors, wizard } = useStrings();
  const { message, fix } = fault.in(errors);
  const sign = { text: `${glyphs.bad} `, color: colors.bad, bold: true };
  return <Trouble sign={sign} message={message} fix={{ name: wizard.fault.fix, text: fix }} {...room} />;
}

/** What stands in the way of a plan, or is worth knowing. */
export function ProblemText({ problem, ...room }: Room & { problem: FoundProblem }) {
  const { colors, glyphs } = useTheme();
  const { problems, wizard } = useStrings();
  const { message, fix } = wordProblem(problem, problems);
  const sign =
    problem.severity === 'error'
      ? { text: `${glyphs.bad} `, color: colors.bad, bold: true }
      : { text: `${glyphs.warn} `, color: colors.warn, bold: true };
  return <Trouble sign={sign} message={message} fix={{ name: wizard.live.fix, text: fix }} {...room} />;
}

/** What helps against a problem. */
export function FixText({ problem, ...room }: Room & { problem: FoundProblem }) {
  const { colors } = useTheme();
  const { problems, wizard } = useStrings();
  const lead = { text: `${wizard.live.fix}: `, color: colors.muted };
  return <Paragraph lead={lead} text={wordProblem(problem, problems).fix} {...room} />;
}
