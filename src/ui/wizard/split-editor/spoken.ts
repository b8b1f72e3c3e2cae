import type { StageFigures } from '../../../plan/figures.ts';
import { formatBytes } from '../../../units.ts';
import { formatPercent } from '../../components/bar-shape.ts';
import { isOver } from '../../components/plan-picture/cells.ts';
import { nameFor, numberOf } from '../../components/plan-picture/names.ts';
import type { Strings } from '../../strings/catalogue.ts';
import { formatDuration } from '../../strings/duration.ts';

/** A stage as a sentence, for who cannot see its picture. */
export function describeStage(stage: StageFigures, index: number, strings: Strings): string {
  const { spoken: words, picture } = strings.split;
  const left = stage.capacityBytes - stage.predictedBytes;
  return [
    words.card(numberOf(stage.cards, index), nameFor(stage.cards, Number.POSITIVE_INFINITY)),
    words.layers(stage.from, stage.to - 1),
    ...(stage.trained ? [picture.trained(stage.trained)] : []),
    words.memory(formatBytes(stage.predictedBytes), formatBytes(stage.capacityBytes)),
    isOver(stage) ? words.missing(formatBytes(-left)) : words.free(formatBytes(left)),
    words.busy(formatDuration(stage.busySeconds, strings), formatPercent(stage.busyShare, 1)),
    ...(stage.slowest ? [words.slowest] : []),
  ].join(', ');
}
