import { Text } from 'ink';
import type { ReactNode } from 'react';
import { fitText, widthOf } from '../../layout/text.ts';
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

/** Words that explain. */
export function Muted({ children, wrap = 'truncate' }: { children: ReactNode; wrap?: 'wrap' | 'truncate' }) {
  const color: Color = useTheme().colors.muted;
  return (
    <Text color={color} wrap={wrap}>
      {children}
    </Text>
  );
}
