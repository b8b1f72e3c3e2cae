import type { StageFigures } from '../../../plan/figures.ts';
import { formatBytes } from '../../../units.ts';
import { formatPercent } from '../../components/bar-shape.ts';
import { isOver } from '../../components/plan-picture/cells.ts';
import { nameFor, numberOf } from '../../components/plan-picture/names.ts';
import type { Span } from '../../layout/spans.ts';
import type { Strings } from '../../strings/catalogue.ts';
import { formatDuration } from '../../strings/duration.ts';
import { asciiGlyphs, type Glyphs } from '../../theme/glyphs.ts';

/** A stage as a sentence, for who cannot see its picture. */
export function describeStage(stage: StageFigures, index: number, strings: Strings): string {
  const { spoken: words, picture } = strings.split;
  const left = stage.capacityBytes - stage.predictedBytes;
  return [
    words.card(numberOf(stage.cards, index), nameFor(stage.cards, Number.POSITIVE_INFINITY)),
    words.layers(stage.from, stage.to - 1) + (stage.trained ? picture.trained(stage.trained) : ''),
    words.memory(formatBytes(stage.predictedBytes), formatBytes(stage.capacityBytes)),
    isOver(stage) ? words.missing(formatBytes(-left)) : words.free(formatBytes(left)),
    words.busy(formatDuration(stage.busySeconds, strings), formatPercent(stage.busyShare, 1)),
    ...(stage.slowest ? [words.slowest] : []),
  ].join(', ');
}

/** Signs that are read aloud would only be in the way; arrows have names. */
export const spokenGlyphs: Glyphs = {
  ...asciiGlyphs,
  ok: '',
  bad: '',
  separator: ',',
  boundary: { ...asciiGlyphs.boundary, top: '' },
};

/** A row as a sentence: what is only set apart is parted by commas. */
export const speak = (spans: readonly Span[]): string =>
  spans
    .map(({ text }) => text)
    .join('')
    .trim()
    .replace(/ {2,}| , /g, ', ');
