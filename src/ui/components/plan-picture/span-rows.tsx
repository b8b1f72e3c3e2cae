import { Text } from 'ink';
import type { Span } from './spans.ts';

/** Rows of spans, one below the other. */
export function SpanRows({ rows }: { rows: readonly (readonly Span[])[] }) {
  return rows.map((row, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: rows and spans have no other name, and no state.
    <Text key={place} wrap="truncate">
      {row.map(({ text, color = '', bold = false }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: as above.
        <Text key={index} color={color} bold={bold}>
          {text}
        </Text>
      ))}
    </Text>
  ));
}
