import { Text } from 'ink';
import { memo } from 'react';
import { paintSpans, type Span } from '../layout/spans.ts';

/** Rows of spans, one below the other. One node for all of them: a picture has a thousand spans, and a key should not wait for them. */
export function SpanRows({ rows }: { rows: readonly (readonly Span[])[] }) {
  return rows.length === 0 ? null : <Painted text={rows.map(paintSpans).join('\n')} />;
}

/** What is painted as before costs nothing more. */
const Painted = memo(({ text }: { text: string }) => <Text wrap="truncate">{text}</Text>);
