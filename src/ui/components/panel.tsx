import { Box, type BoxProps, Text } from 'ink';
import type { ReactNode } from 'react';
import { fitText, truncate, widthOf } from '../layout/text.ts';
import { useLinear } from '../screen/size.ts';
import type { Glyphs } from '../theme/glyphs.ts';
import { useTheme } from '../theme/theme.ts';
import { SpanRows } from './span-rows.tsx';

/** The pieces of a panel's upper edge; together exactly `width` columns. */
export interface PanelEdge {
  before: string;
  title: string;
  between: string;
  note: string;
  after: string;
}

/** The upper edge with the title in it, and a note at its right end while there is room for both. */
export function layoutEdge(
  title: string,
  note: string,
  width: number,
  { border, ellipsis }: Glyphs,
): PanelEdge {
  const corners = 4; // two corners, and a piece of line beside each
  const room = Math.max(0, width - corners);
  const shownTitle = title === '' ? '' : fitLabel(title, room, ellipsis);
  const left = room - widthOf(shownTitle);
  const shownNote = note === '' || widthOf(note) + 3 > left ? '' : ` ${note} `;
  return {
    before: border.topLeft + border.top,
    title: shownTitle,
    between: border.top.repeat(left - widthOf(shownNote)),
    note: shownNote,
    after: border.top + border.topRight,
  };
}

const fitLabel = (label: string, room: number, ellipsis: string) =>
  room < 3 ? fitText('', room) : ` ${truncate(label, room - 2, ellipsis)} `;

export interface PanelProps {
  title?: string;
  /** At the right end of the upper edge. */
  note?: string;
  /** Columns and rows, edges included. */
  width: number;
  height: number;
  /** Whether keys go here. */
  focused?: boolean;
  /** Blank columns beside the content. Default: 1. */
  paddingX?: number;
  flexDirection?: BoxProps['flexDirection'];
  children?: ReactNode;
}

/** A frame with a title. Its inside is `width - 2 - 2 * paddingX` by `height - 2`; what does not fit is cut. */
export function Panel({
  title = '',
  note = '',
  width,
  height,
  focused = false,
  paddingX = 1,
  flexDirection = 'column',
  children,
}: PanelProps) {
  const { colors, glyphs } = useTheme();
  if (useLinear()) {
    return (
      <Box flexDirection="column" marginBottom={1}>
        <Text>{[title, note].filter(Boolean).join(', ')}</Text>
        {children}
      </Box>
    );
  }
  const edge = layoutEdge(title, note, width, glyphs);
  const line = focused ? colors.accent : colors.border;
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0}>
      <SpanRows
        rows={[
          [
            { text: edge.before, color: line },
            { text: edge.title, color: focused ? colors.accent : colors.text, bold: true },
            { text: edge.between, color: line },
            { text: edge.note, color: colors.muted },
            { text: edge.after, color: line },
          ],
        ]}
      />
      <Box
        borderStyle={glyphs.border}
        borderColor={line}
        borderTop={false}
        paddingX={paddingX}
        width={width}
        height={height - 1}
        flexDirection="column"
        overflow="hidden"
      >
        {/* May be higher than the panel: then its end is cut, where shrinking would drop lines from the middle. */}
        <Box flexDirection={flexDirection} flexGrow={1} flexShrink={0}>
          {children}
        </Box>
      </Box>
    </Box>
  );
}
