import { Box } from 'ink';
import { memo } from 'react';
import { useBar } from '../../components/bar.tsx';
import { drawSparkline } from '../../components/draw-sparkline.ts';
import { SpanRows } from '../../components/span-rows.tsx';
import { fitText, truncate, widthOf } from '../../layout/text.ts';
import { useStrings } from '../../strings/context.ts';
import type { Color } from '../../theme/colors.ts';
import type { Glyphs } from '../../theme/glyphs.ts';
import { useTheme } from '../../theme/theme.ts';
import { formatBytes, formatBytesOf } from '../format.ts';
import { type CardView, cardViews, isAbovePlan } from '../state/cards.ts';
import type { PaneProps } from './loss.tsx';

/** Celsius at which a card deserves a look. */
const warmFrom = 80;

/** A card a rank: memory with the predicted value marked on it, utilization, temperature, power. One to four rows each, by height. */
export const CardsPane = memo(({ state, width, height }: PaneProps) => {
  const cards = cardViews(state);
  const { colors } = useTheme();
  const measured = cards.some(({ utilization, temperature }) => utilization !== null || temperature !== null);
  const rehearsed = cards.some(({ rehearsedBytes }) => rehearsedBytes !== null);
  const full = (measured ? 3 : 2) + Number(rehearsed);
  const rows = Math.max(1, Math.min(full, Math.floor(height / cards.length)));
  const spaced = height >= cards.length * (rows + 1) - 1;
  return (
    <Box flexDirection="column">
      {cards.map((card, index) => (
        <Box key={card.rank} flexDirection="column" marginTop={spaced && index > 0 ? 1 : 0} flexShrink={0}>
          {rows > 1 && <NameRow card={card} plan={state.plan} width={width} />}
          <MemoryRow
            card={card}
            width={width}
            color={colors.series[card.rank % colors.series.length]!}
            named={rows === 1}
          />
          {rows === full && rehearsed && <RehearsalRow card={card} width={width} />}
          {rows > 2 && measured && (
            <ActivityRow card={card} width={width} color={colors.series[card.rank % colors.series.length]!} />
          )}
        </Box>
      ))}
    </Box>
  );
});

function NameRow({ card, plan, width }: { card: CardView; plan: PaneProps['state']['plan']; width: number }) {
  const words = useStrings().monitor.cards;
  const { colors, glyphs } = useTheme();
  const [first, end] = plan.stages[card.stage]!.layers;
  const stage = words.stage(card.stage, first, end - 1);
  const name = truncate(`${card.index} ${card.name}`, width, glyphs.ellipsis);
  const room = width - widthOf(name) - 2;
  const color = colors.series[card.rank % colors.series.length]!;
  const beside = room > 8 ? `  ${fitText(stage, room, 'right', glyphs.ellipsis)}` : '';
  return (
    <SpanRows
      rows={[
        [
          { text: name, color, bold: true },
          { text: beside, color: colors.muted },
        ],
      ]}
    />
  );
}

/** The bar, the bytes, and beside them what has no row of its own. */
function MemoryRow({
  card,
  width,
  color,
  named,
}: {
  card: CardView;
  width: number;
  color: Color;
  named: boolean;
}) {
  const words = useStrings().monitor.cards;
  const { colors, glyphs } = useTheme();
  const bar = useBar();
  const { usedBytes, capacityBytes, predictedBytes } = card;
  const name = named ? `${card.index} ` : '';
  const facts = named ? figures(card, glyphs) : '';
  if (usedBytes === null) {
    const text = truncate(`${name}${words.notMeasured}`, width, glyphs.ellipsis);
    return <SpanRows rows={[[{ text, color: colors.muted }]]} />;
  }
  const bytes = capacityBytes === null ? formatBytes(usedBytes) : formatBytesOf(usedBytes, capacityBytes);
  const beside = [bytes, facts].filter(Boolean).join(' ');
  const room = width - widthOf(name) - widthOf(beside) - 1;
  const over = isAbovePlan(card);
  const mark = predictedBytes ?? undefined;
  const picture =
    capacityBytes !== null && room >= 6
      ? bar({ value: usedBytes, capacity: capacityBytes, mark, width: room, color, percent: false })
      : [{ text: fitText(words.peak, Math.max(0, room), 'left', glyphs.ellipsis), color: colors.muted }];
  return (
    <SpanRows
      rows={[
        [
          { text: name, color, bold: true },
          ...picture,
          { text: ` ${beside}`, color: over ? colors.warn : '', bold: over },
        ],
      ]}
    />
  );
}

/** What the rehearsal held beside what was predicted. */
function RehearsalRow({ card, width }: { card: CardView; width: number }) {
  const words = useStrings().monitor.cards;
  const { colors, glyphs } = useTheme();
  const { rehearsedBytes, plannedBytes, capacityBytes } = card;
  if (rehearsedBytes === null) return <SpanRows rows={[[{ text: ' ' }]]} />;
  const short = words.rehearsed(formatBytes(rehearsedBytes), null);
  // Both in one unit, which is said once.
  const [held, planned] = plannedBytes === null ? [] : formatBytesOf(rehearsedBytes, plannedBytes).split('/');
  const long = held && planned ? words.rehearsed(held, planned) : short;
  const text = widthOf(long) <= width ? long : truncate(short, width, glyphs.ellipsis);
  const over = isAbovePlan({ usedBytes: rehearsedBytes, predictedBytes: plannedBytes, capacityBytes });
  return <SpanRows rows={[[{ text, color: over ? colors.warn : colors.muted }]]} />;
}

function ActivityRow({ card, width, color }: { card: CardView; width: number; color: Color }) {
  const { colors, glyphs } = useTheme();
  const text = figures(card, glyphs);
  const hot = (card.temperature ?? 0) >= warmFrom;
  const room = width - widthOf(text) - 1 - (hot ? 2 : 0);
  const spark = room > 0 ? drawSparkline(card.utilizations, room, [0, 100], glyphs.spark) : '';
  return (
    <SpanRows
      rows={[
        [
          { text: spark, color },
          { text: hot ? ` ${glyphs.warn}` : '', color: colors.warn, bold: true },
          { text: ` ${text}`, color: hot ? colors.warn : '' },
        ],
      ]}
    />
  );
}

/** `87% 71°C 180/250 W`: always of the same width, so that nothing jumps. What the card does not tell is left out. */
function figures(
  { utilization, temperature, powerWatts, powerLimitWatts }: CardView,
  { degree }: Glyphs,
): string {
  const parts = [
    utilization === null ? null : `${String(Math.round(utilization)).padStart(3)}%`,
    temperature === null ? null : `${String(Math.round(temperature)).padStart(2)}${degree}C`,
    powerWatts === null
      ? null
      : `${String(Math.round(powerWatts)).padStart(3)}${powerLimitWatts === null ? '' : `/${Math.round(powerLimitWatts)}`} W`,
  ];
  return parts.filter((part) => part !== null).join(' ');
}
