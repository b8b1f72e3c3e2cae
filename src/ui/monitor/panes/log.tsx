import { Box, Text } from 'ink';
import { memo } from 'react';
import { SpanRows } from '../../components/span-rows.tsx';
import { TextField } from '../../components/text-field/text-field.tsx';
import type { Span } from '../../layout/spans.ts';
import { truncate, widthOf } from '../../layout/text.ts';
import type { Strings } from '../../strings/catalogue.ts';
import { useStrings } from '../../strings/context.ts';
import { useTheme } from '../../theme/theme.ts';
import { type LogView, matches, visibleLines } from '../log/view.ts';
import type { LogState } from '../state/state.ts';

export interface LogPaneProps {
  log: LogState;
  view: LogView;
  /** Inside of the frame. */
  width: number;
  height: number;
  /** Set while the person writes what to look for. */
  onSearch: ((query: string) => void) | null;
}

/** The newest lines of the trainer's log, or those that are looked at. */
export const LogPane = memo(({ log, view, width, height, onSearch }: LogPaneProps) => {
  const words = useStrings().monitor.log;
  const { colors, glyphs } = useTheme();
  const rows = height - (onSearch ? 1 : 0);
  const lines = visibleLines(log, view, rows);
  return (
    <Box flexDirection="column" height={height} flexShrink={0}>
      <Box flexDirection="column" height={rows} flexShrink={0}>
        {lines.length === 0 && <Text color={colors.muted}>{words.empty}</Text>}
        <SpanRows
          rows={lines.map(({ number, text }) =>
            splitMatches(truncate(text, width, glyphs.ellipsis), view.query).map(({ match, part }): Span => {
              const bold = number === view.found;
              return { text: part, bold, ...(match && { color: colors.accent, inverse: true }) };
            }),
          )}
        />
      </Box>
      {onSearch && (
        <Box flexShrink={0}>
          <Text color={colors.accent} bold>{`${words.searching}: `}</Text>
          <TextField initial="" width={width - widthOf(words.searching) - 2} onSubmit={onSearch} />
        </Box>
      )}
    </Box>
  );
});

/** For the frame: where one is in the log, or how the search stands. */
export function logNote(log: LogState, view: LogView, { monitor }: Strings): string {
  if (view.query !== '') {
    const found = matches(log, view.query);
    if (found.length === 0) return monitor.log.noMatch(view.query);
    return monitor.log.match(view.query, found.indexOf(view.found ?? -1) + 1, found.length);
  }
  if (view.bottom === null) return monitor.log.following;
  return monitor.log.line(view.bottom + 1, log.first + log.lines.length);
}

/** The text in parts: those that match and those between. */
export function splitMatches(text: string, query: string): { part: string; match: boolean }[] {
  if (query === '') return [{ part: text, match: false }];
  const [lower, wanted] = [text.toLowerCase(), query.toLowerCase()];
  const parts: { part: string; match: boolean }[] = [];
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    if (at > from) parts.push({ part: text.slice(from, at), match: false });
    from = at + wanted.length;
    parts.push({ part: text.slice(at, from), match: true });
  }
  if (from < text.length || parts.length === 0) parts.push({ part: text.slice(from), match: false });
  return parts;
}
