import { Text } from 'ink';
import { Panel } from '../components/panel.tsx';
import { useStrings } from '../strings/context.ts';
import type { Color } from '../theme/colors.ts';
import { useTheme } from '../theme/theme.ts';
import { standing } from './header.tsx';
import { layoutResult, type ResultLine } from './result-lines.ts';
import type { MonitorState } from './state/state.ts';

export interface ResultProps {
  state: MonitorState;
  /** With the frame. */
  width: number;
  height: number;
  /** First row shown. */
  top: number;
  run: { id: string; path: string; logFile: string; outputFolder: string };
  /** How the person calls this program. */
  program: string;
}

/** How a run ended, and what comes next. */
export function Result({ state, width, height, top, run, program }: ResultProps) {
  const strings = useStrings();
  const theme = useTheme();
  const { text, sign } = standing(state, strings, theme);
  const lines = layoutResult({ state, strings, width: width - 4, run, program });
  const rows = height - 2;
  const first = Math.min(top, Math.max(0, lines.length - rows));
  const hidden = lines.length - rows - first;
  return (
    <Panel
      title={`${sign} ${text}`}
      note={hidden > 0 ? strings.monitor.result.more(hidden) : ''}
      width={width}
      height={height}
      focused
    >
      {lines.slice(first, first + rows).map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place.
        <Line key={index} line={line} />
      ))}
    </Panel>
  );
}

function Line({ line }: { line: ResultLine }) {
  const { colors } = useTheme();
  const paint: Record<NonNullable<ResultLine['tone']>, Color> = {
    plain: colors.text,
    muted: colors.muted,
    good: colors.ok,
    bad: colors.bad,
    warn: colors.warn,
    command: colors.accent,
  };
  if (line.text === '' && !line.label) return <Text> </Text>;
  return (
    <Text wrap="truncate">
      {line.label !== undefined && <Text color={colors.muted}>{line.label}</Text>}
      <Text color={paint[line.tone ?? 'plain']} bold={line.bold ?? false}>
        {line.text}
      </Text>
    </Text>
  );
}

/** How far the result can be scrolled, rows. */
export function resultOverflow(
  props: Omit<ResultProps, 'top'>,
  strings: Parameters<typeof layoutResult>[0]['strings'],
) {
  const { state, width, height, run, program } = props;
  return Math.max(0, layoutResult({ state, strings, width: width - 4, run, program }).length - (height - 2));
}
