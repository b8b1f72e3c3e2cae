import { Box, Text } from 'ink';
import { Progress } from '../../components/progress.tsx';
import { useKeys } from '../../keys/context.tsx';
import { truncate } from '../../layout/text.ts';
import { useStrings } from '../../strings/context.ts';
import { useTheme } from '../../theme/theme.ts';
import { Muted, Prose } from '../panels/facts.tsx';
import { FaultText } from '../panels/trouble.tsx';
import type { LaunchStage } from '../services.ts';
import type { StepProps } from './step.ts';

const stages: readonly LaunchStage[] = ['environment', 'dataset', 'plan', 'start'];

/** Getting it under way: what is done, what goes on, and what went wrong. */
export function LaunchStep({ state, dispatch, room }: StepProps) {
  const { setup, wizard } = useStrings();
  const words = wizard.launch;
  const { colors, glyphs } = useTheme();
  const { launch } = state;
  const fault = launch?.fault ?? null;
  useKeys('wizard', { next: fault ? () => dispatch({ type: 'launch' }) : undefined });
  if (!launch) return null;
  const reached = stages.indexOf(launch.stage);
  return (
    <Box flexDirection="column" flexShrink={0}>
      {stages.map((stage, index) => {
        const name = words.stages[stage];
        if (index === reached && !fault) {
          return <Progress key={stage} label={name} share={null} width={room.columns} />;
        }
        const [color, sign] =
          index < reached
            ? [colors.ok, glyphs.ok]
            : index === reached
              ? [colors.bad, glyphs.bad]
              : [colors.muted, glyphs.separator];
        return (
          <Text key={stage} color={index > reached ? colors.muted : ''}>
            <Text color={color}>{sign} </Text>
            {name}
          </Text>
        );
      })}
      <Box paddingTop={1} flexDirection="column">
        {fault ? (
          <>
            <FaultText fault={fault} width={room.columns} rows={room.rows - stages.length - 2} />
            <Prose width={room.columns}>{words.again}</Prose>
          </>
        ) : (
          <Muted>{truncate(launch.news ? setup(launch.news) : '', room.columns, glyphs.ellipsis)}</Muted>
        )}
      </Box>
    </Box>
  );
}
