import { Box, Text } from 'ink';
import { Fragment } from 'react';
import { formatBytes } from '../../../units.ts';
import { Bar } from '../../components/bar.tsx';
import { Panel } from '../../components/panel.tsx';
import { fitText } from '../../layout/text.ts';
import { useStrings } from '../../strings/context.ts';
import { useTheme } from '../../theme/theme.ts';
import { BlockRow } from './blocks.tsx';
import type { StageFigures } from './figures.ts';
import { layBlocks } from './layout.ts';
import { formatSeconds } from './words.ts';

export interface StagesProps {
  stages: readonly StageFigures[];
  /** The boundary that keys move. */
  boundary: number;
  /** Layers a sign stands for. */
  perBlock: number;
}

/** Cards beside each other, the layers of each stacked in its column. */
export function StageColumns({
  stages,
  boundary,
  perBlock,
  width,
  blockRows,
}: StagesProps & { width: number; blockRows: number }) {
  const { colors, glyphs } = useTheme();
  return (
    <Box>
      {stages.map((stage, index) => (
        <Fragment key={stage.from}>
          {index > 0 && (
            <Box width={1} height={blockRows + 7} flexDirection="column" flexShrink={0}>
              <Text> </Text>
              {index - 1 === boundary && (
                <Text color={colors.accent} bold>
                  {Array.from({ length: blockRows + 5 }, () => glyphs.bar.mark).join('\n')}
                </Text>
              )}
            </Box>
          )}
          <StageColumn
            stage={stage}
            width={width}
            blockRows={blockRows}
            perBlock={perBlock}
            color={colors.series[index % colors.series.length]!}
            focused={index === boundary || index === boundary + 1}
          />
        </Fragment>
      ))}
    </Box>
  );
}

function StageColumn({
  stage,
  width,
  blockRows,
  perBlock,
  color,
  focused,
}: {
  stage: StageFigures;
  width: number;
  blockRows: number;
  perBlock: number;
  color: string;
  focused: boolean;
}) {
  const { colors, glyphs } = useTheme();
  const strings = useStrings();
  const words = strings.split;
  const inside = width - 4;
  const { from, to, predictedBytes, capacityBytes } = stage;
  const left = capacityBytes - predictedBytes;
  const time = words.time(formatSeconds(stage.seconds));
  const lines = layBlocks(stage, inside, blockRows, perBlock);
  return (
    <Panel title={stage.card} width={width} height={blockRows + 7} focused={focused}>
      <Text wrap="truncate">
        <Text bold color={color}>
          {fitText(words.count(to - from), 5)}
        </Text>
        <Text color={colors.muted}>{fitText(words.layers(from, to - 1), inside - 5, 'right')}</Text>
      </Text>
      <Box height={blockRows} flexDirection="column" flexShrink={0}>
        {lines.map((runs, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name, and no state.
          <BlockRow key={row} runs={runs} color={color} />
        ))}
      </Box>
      <Bar value={predictedBytes} capacity={capacityBytes} width={inside} color={color} />
      <Text color={colors.muted} wrap="truncate">
        {words.memory(formatBytes(predictedBytes), formatBytes(capacityBytes))}
      </Text>
      <Text color={left < 0 ? colors.bad : colors.text} bold={left < 0} wrap="truncate">
        {left < 0 ? `${glyphs.bad} ${words.over(formatBytes(-left))}` : words.free(formatBytes(left))}
      </Text>
      <Text color={stage.slowest ? colors.warn : colors.muted} bold={stage.slowest} wrap="truncate">
        {stage.slowest ? `${time} ${glyphs.warn} ${words.slowest}` : time}
      </Text>
    </Panel>
  );
}
