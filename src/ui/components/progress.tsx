import { Text, useAnimation } from 'ink';
import { fitText, truncate, widthOf } from '../layout/text.ts';
import { useLinear } from '../screen/size.ts';
import { useTheme } from '../theme/theme.ts';
import { formatPercent, layoutBar } from './bar-shape.ts';

export interface ProgressProps {
  label: string;
  /** 0 to 1; null while nobody can tell. */
  share: number | null;
  /** Columns. */
  width: number;
}

/** Something that takes a while: a label, and a bar once it is known how much of it is done. One row. */
export function Progress({ label, share, width }: ProgressProps) {
  const { colors, glyphs } = useTheme();
  const linear = useLinear();
  const { frame } = useAnimation({ interval: 120, isActive: share === null && !linear });
  if (linear) return <Text>{share === null ? label : `${label}: ${formatPercent(share, 1)}`}</Text>;
  if (share === null) {
    return (
      <Text wrap="truncate">
        <Text color={colors.accent}>{glyphs.spinner[frame % glyphs.spinner.length]}</Text>
        {` ${truncate(label, width - 2, glyphs.ellipsis)}`}
      </Text>
    );
  }
  const bar = Math.max(8, Math.min(30, width - widthOf(label) - 7));
  const text = layoutBar({ value: share, capacity: 1, width: bar }, glyphs.bar);
  return (
    <Text wrap="truncate">
      {fitText(label, Math.max(0, width - bar - 6), 'left', glyphs.ellipsis)}{' '}
      {text.map(({ part, text }) => (
        <Text key={part} color={part === 'used' ? colors.accent : colors.border}>
          {text}
        </Text>
      ))}
      {fitText(formatPercent(share, 1), 5, 'right')}
    </Text>
  );
}
