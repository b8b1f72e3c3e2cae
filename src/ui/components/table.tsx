import { Box, Text } from 'ink';
import { type Align, fitText, widthOf } from '../layout/text.ts';
import { useLinear } from '../screen/size.ts';
import type { Color } from '../theme/colors.ts';
import { useTheme } from '../theme/theme.ts';

export interface Column {
  title: string;
  align?: Align;
  /** Never narrower than this. Default: 4, or the whole column where it is less. */
  min?: number;
  /** Which columns give way first when there is too little room; those of the same weight together, the widest first. Default: 1; 0 never does. */
  shrink?: number;
}

/** A cell: text, or text with a look. */
export type TableCell = string | { text: string; color?: Color; bold?: boolean };

const gap = 2;
const textOf = (cell: TableCell | undefined) => (typeof cell === 'string' ? cell : (cell?.text ?? ''));

/** Columns on the screen for each column of a table, together with the gaps at most `width` as far as the minima let them. */
export function layoutColumns(
  columns: readonly Column[],
  rows: readonly (readonly TableCell[])[],
  width: number,
): number[] {
  const widths = columns.map(({ title }, index) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(textOf(row[index])))),
  );
  const minima = columns.map(({ min = 4 }, index) => Math.min(min, widths[index]!));
  let excess = widths.reduce((sum, each) => sum + each, 0) + gap * (columns.length - 1) - width;
  while (excess > 0) {
    const candidates = columns
      .map(({ shrink = 1 }, index) => ({ index, shrink }))
      .filter(({ index, shrink }) => shrink > 0 && widths[index]! > minima[index]!)
      .sort((a, b) => b.shrink - a.shrink || widths[b.index]! - widths[a.index]!);
    if (!candidates[0]) break;
    widths[candidates[0].index]! -= 1;
    excess -= 1;
  }
  return widths;
}

export interface TableProps {
  columns: readonly Column[];
  rows: readonly (readonly TableCell[])[];
  width: number;
  /** Marked, by a sign and a colour. */
  selected?: number;
  /** Default: true. */
  header?: boolean;
}

/** Aligned columns. Wide characters keep them aligned; what is too long ends in `…`. */
export function Table({ columns, rows, width, selected, header = true }: TableProps) {
  const { colors, glyphs } = useTheme();
  if (useLinear()) {
    const say = (row: readonly TableCell[]) =>
      columns.map(({ title }, index) => `${title}: ${textOf(row[index])}`).join(', ');
    return <Text>{rows.map(say).join('\n')}</Text>;
  }
  const marker = selected === undefined ? 0 : 2;
  const widths = layoutColumns(columns, rows, width - marker);
  return (
    <Box flexDirection="column" width={width} flexShrink={0}>
      {header && (
        <Text color={colors.muted} wrap="truncate">
          {' '.repeat(marker)}
          {columns
            .map(({ title, align }, index) => fitText(title, widths[index]!, align, glyphs.ellipsis))
            .join(' '.repeat(gap))}
        </Text>
      )}
      {rows.map((row, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name, and no state.
        <Text key={place} wrap="truncate" bold={place === selected}>
          {marker > 0 && (
            <Text color={colors.accent}>{place === selected ? `${glyphs.pointer} ` : '  '}</Text>
          )}
          {columns.map(({ title, align }, index) => {
            const cell = row[index];
            const look = typeof cell === 'object' ? cell : null;
            const text = fitText(textOf(cell), widths[index]!, align, glyphs.ellipsis);
            return (
              <Text key={title} color={look?.color ?? ''} bold={look?.bold ?? place === selected}>
                {index > 0 ? ' '.repeat(gap) + text : text}
              </Text>
            );
          })}
        </Text>
      ))}
    </Box>
  );
}
