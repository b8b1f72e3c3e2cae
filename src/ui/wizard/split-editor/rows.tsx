import { Box, Text } from 'ink';
import { Fragment } from 'react';
import { formatBytes } from '../../../units.ts';
import { Bar } from '../../components/bar.tsx';
import { fitText, widthOf } from '../../layout/text.ts';
import { useLinear } from '../../screen/size.ts';
import { useStrings } from '../../strings/context.ts';
import { useTheme } from '../../theme/theme.ts';
import { BlockRow } from './blocks.tsx';
import type { StagesProps } from './columns.tsx';
import type { StageFigures } from './figures.ts';
import { layBlocks } from './layout.ts';
import { formatSeconds } from './words.ts';

/** Cards below each other, one row each: for many cards, and for small windows. */
export function StageRows({ stages, boundary, perBlock, width }: StagesProps & { width: number }) {
  const { colors, glyphs } = useTheme();
  const words = useStrings().split;
  const linear = useLinear();
  return (
    <Box flexDirection="column">
      {stages.map((stage, index) => {
        const next = stages[index + 1];
        const label = next && words.boundary(stage.to - stage.from, next.to - next.from);
        return (
          <Fragment key={stage.from}>
            {linear ? (
              <Spoken stage={stage} />
            ) : (
              <StageRow
                stage={stage}
                perBlock={perBlock}
                width={width}
                color={colors.series[index % colors.series.length]!}
              />
            )}
            {index === boundary && label && (
              <Text color={colors.accent} bold wrap="truncate">
                {linear
                  ? label
                  : `${glyphs.pointer} ${label} ${glyphs.border.top.repeat(Math.max(0, width - widthOf(label) - 3))}`}
              </Text>
            )}
          </Fragment>
        );
      })}
    </Box>
  );
}

/** Columns of a row beside its blocks. */
const nameWidth = 12;
const countWidth = 4;
const endWidth = 11;

/** Columns for the layers in a row of `width`. */
export function rowRoom(width: number): number {
  return Math.max(6, Math.min(30, Math.floor((width - nameWidth - countWidth - endWidth - 2) * 0.45)));
}

function StageRow({
  stage,
  perBlock,
  width,
  color,
}: {
  stage: StageFigures;
  perBlock: number;
  width: number;
  color: string;
}) {
  const { colors, glyphs } = useTheme();
  const blocks = rowRoom(width);
  const left = stage.capacityBytes - stage.predictedBytes;
  const [index = '', ...name] = stage.card.split(' ');
  const [runs = []] = layBlocks(stage, blocks, 1, perBlock);
  return (
    <Box>
      <Text wrap="truncate">{fitText(`${index} ${shorten(name.join(' '))}`, nameWidth)}</Text>
      <Text bold color={color}>
        {fitText(String(stage.to - stage.from), countWidth - 1, 'right')}{' '}
      </Text>
      <Box width={blocks + 1} flexShrink={0}>
        <BlockRow runs={runs} color={color} />
      </Box>
      <Bar
        value={stage.predictedBytes}
        capacity={stage.capacityBytes}
        width={width - nameWidth - countWidth - blocks - 1 - endWidth}
        color={color}
      />
      <Text
        color={left < 0 ? colors.bad : stage.slowest ? colors.warn : colors.muted}
        bold={left < 0 || stage.slowest}
      >
        {fitText(
          left < 0
            ? `${glyphs.bad} -${formatBytes(-left)}`
            : `${stage.slowest ? `${glyphs.warn} ` : ''}${formatSeconds(stage.seconds)}`,
          endWidth,
          'right',
        )}
      </Text>
    </Box>
  );
}

function Spoken({ stage }: { stage: StageFigures }) {
  const words = useStrings().split;
  const left = stage.capacityBytes - stage.predictedBytes;
  return (
    <Text>
      {[
        stage.card,
        words.layers(stage.from, stage.to - 1),
        words.memory(formatBytes(stage.predictedBytes), formatBytes(stage.capacityBytes)),
        left < 0 ? words.over(formatBytes(-left)) : words.free(formatBytes(left)),
        words.time(formatSeconds(stage.seconds)),
        ...(stage.slowest ? [words.slowest] : []),
      ].join(', ')}
    </Text>
  );
}

/** What tells cards apart: `NVIDIA GeForce RTX 3090` is `RTX 3090`, `Tesla P40` is `P40`. */
function shorten(name: string): string {
  return name.replace(/^(NVIDIA |Tesla )?(GeForce |Tesla )?/, '');
}
