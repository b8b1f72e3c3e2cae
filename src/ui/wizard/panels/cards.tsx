import { Box, Text } from 'ink';
import type { Card } from '../../../hardware/card.ts';
import { decidePrecision } from '../../../plan/precision.ts';
import { formatBytes } from '../../../units.ts';
import { shortCardName } from '../../../words/card-name.ts';
import { Bar } from '../../components/bar.tsx';
import { Panel } from '../../components/panel.tsx';
import { fitText, widthOf } from '../../layout/text.ts';
import { type Size, useLinear } from '../../screen/size.ts';
import { useStrings } from '../../strings/context.ts';
import { useTheme } from '../../theme/theme.ts';
import { heightOfCard, layoutCards, lineGap } from '../layout.ts';
import type { Box as Machine } from '../services.ts';
import { Muted, Prose } from './facts.tsx';

/** The cards of a box: as cards, or a line each where they are many. */
export function Cards({ box, room }: { box: Machine; room: Size }) {
  const { colors, glyphs } = useTheme();
  const linear = useLinear();
  const strings = useStrings();
  const words = strings.wizard.box;
  if (box.cards.length === 0) {
    return (
      <Box flexDirection="column" flexShrink={0}>
        <Text color={colors.warn} bold>
          {`${glyphs.warn} ${words.noCards}`}
        </Text>
        {box.reason && (
          <Prose width={room.columns} color="">
            {strings.noCards(box.reason)}
          </Prose>
        )}
        <Prose width={room.columns}>{words.noCardsHelp}</Prose>
      </Box>
    );
  }
  if (linear) {
    return box.cards.map((card) => <CardText key={card.uuid} card={card} />);
  }
  const height = cardHeightOf(box);
  const grid = layoutCards(box.cards.length, height, room);
  const columns = grid.widths.length;
  const least = Math.min(...grid.widths);
  const lines = Math.ceil(box.cards.length / columns);
  return Array.from({ length: lines }, (_, line) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by its place.
    <Box key={line} columnGap={grid.asCards ? 1 : lineGap} flexShrink={0}>
      {box.cards
        .slice(line * columns, (line + 1) * columns)
        .map((card, column) =>
          grid.asCards ? (
            <CardPanel
              key={card.uuid}
              card={card}
              width={grid.widths[column]!}
              least={least}
              height={height}
            />
          ) : (
            <CardLine key={card.uuid} card={card} width={grid.widths[column]!} />
          ),
        )}
    </Box>
  ));
}

/** Rows of a card of this box. */
export const cardHeightOf = ({ cards }: Machine) =>
  heightOfCard(cards.some(({ processes }) => processes.length > 0));

const hasBf16 = (card: Card) => decidePrecision('bf16', [card]).problem === null;

/** @param least width of the narrowest card: what is said is the same on all */
function CardPanel({
  card,
  width,
  least,
  height,
}: {
  card: Card;
  width: number;
  least: number;
  height: number;
}) {
  const { colors } = useTheme();
  const { box: words } = useStrings().wizard;
  const inner = width - 4;
  const title = `${card.index} ${card.kind.name}`;
  const free = words.free(formatBytes(card.freeBytes), formatBytes(card.totalBytes));
  return (
    <Panel
      title={widthOf(title) <= least - 6 ? title : `${card.index} ${shortCardName(card.kind.name)}`}
      note={card.imagined ? words.imagined : ''}
      width={width}
      height={height}
    >
      <Bar
        value={card.totalBytes - card.freeBytes}
        capacity={card.totalBytes}
        width={inner}
        color={colors.series[card.index % colors.series.length] ?? colors.accent}
      />
      <Text wrap="truncate">
        {widthOf(free) <= least - 4 ? free : words.freeAlone(formatBytes(card.freeBytes))}
      </Text>
      <Muted>{words.capability(card.kind.computeCapability, hasBf16(card))}</Muted>
      <Holders card={card} />
    </Panel>
  );
}

/** Who else is on the card: their memory is not ours. */
function Holders({ card }: { card: Card }) {
  const { colors, glyphs } = useTheme();
  const { box: words } = useStrings().wizard;
  const [first, ...others] = [...card.processes].sort((a, b) => (b.usedBytes ?? 0) - (a.usedBytes ?? 0));
  if (!first) return card.imagined ? null : <Muted>{words.nobody}</Muted>;
  const name = first.name.split('/').at(-1) ?? first.name;
  const held = words.heldBy(first.usedBytes === null ? '?' : formatBytes(first.usedBytes), name, first.pid);
  const also = others.length > 0 ? ` ${words.heldAlso(others.length)}` : '';
  return (
    <Text color={colors.warn} wrap="truncate">
      {`${glyphs.warn} ${held}${also}`}
    </Text>
  );
}

function CardLine({ card, width }: { card: Card; width: number }) {
  const { colors, glyphs } = useTheme();
  const { box: words } = useStrings().wizard;
  const name = shortCardName(card.kind.name);
  const nameWidth = Math.min(22, Math.max(10, Math.floor(width * 0.35)));
  const held = card.processes.length > 0 ? glyphs.warn : ' ';
  const free = width > 60 ? ` ${words.free(formatBytes(card.freeBytes), formatBytes(card.totalBytes))}` : '';
  const bar = width - nameWidth - 3 - (free === '' ? 0 : 30);
  return (
    <Box width={width} height={1} flexShrink={0}>
      <Text wrap="truncate">
        {fitText(`${card.index} ${name}`, nameWidth)} <Text color={colors.warn}>{held} </Text>
      </Text>
      <Bar
        value={card.totalBytes - card.freeBytes}
        capacity={card.totalBytes}
        width={bar}
        color={colors.series[card.index % colors.series.length] ?? colors.accent}
      />
      {free !== '' && <Text color={colors.muted}>{fitText(free, 30, 'right')}</Text>}
    </Box>
  );
}

/** A card in words. */
function CardText({ card }: { card: Card }) {
  const { box: words } = useStrings().wizard;
  return (
    <>
      <Text>
        {`${card.index} ${card.kind.name}: ${words.free(formatBytes(card.freeBytes), formatBytes(card.totalBytes))}, ${words.capability(card.kind.computeCapability, hasBf16(card))}`}
      </Text>
      <Holders card={card} />
    </>
  );
}
