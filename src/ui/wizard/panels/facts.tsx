import { Text } from 'ink';
import type { ReactNode } from 'react';
import { fitText, widthOf } from '../../layout/text.ts';
import { wrapText } from '../../layout/wrap.ts';
import { useLinear } from '../../screen/size.ts';
import type { Color } from '../../theme/colors.ts';
import { useTheme } from '../../theme/theme.ts';

/** Names on the left, what they are on the right; aligned. */
export function Facts({
  facts,
  width,
}: {
  facts: readonly [name: string, value: ReactNode][];
  width: number;
}) {
  const { colors } = useTheme();
  const linear = useLinear();
  const names = Math.min(Math.max(...facts.map(([name]) => widthOf(name))), Math.floor(width / 3));
  return facts.map(([name, value]) =>
    linear ? (
      <Text key={name}>
        {name}: {value}
      </Text>
    ) : (
      <Text key={name} wrap="truncate">
        <Text color={colors.muted}>{fitText(name, names)}</Text>
        {'  '}
        {value}
      </Text>
    ),
  );
}

/** Words that explain, in one line that is cut where it must be. */
export function Muted({ children }: { children: string }) {
  const { colors } = useTheme();
  return (
    <Text color={colors.muted} wrap="truncate">
      {children}
    </Text>
  );
}

/** Sentences that explain, in rows of `width`; Chinese is broken between its characters, which Ink does not do. */
export function Prose({ children, width, color }: { children: string; width: number; color?: Color }) {
  const { colors } = useTheme();
  const text = useLinear() ? children : wrapText(children, width).join('\n');
  return <Text color={color ?? colors.muted}>{text}</Text>;
}
