import type { Alternative, Improvement, PlanAnswer, Trainable } from '../../plan/what-if.ts';
import { formatBytes, formatDuration, formatNumber } from '../../units.ts';
import type { Paint } from './paint.ts';
import { paragraph } from './paragraph.ts';
import { formatTable, indent } from './table.ts';

/** What else there is to choose, in sections as a plan has them; empty ones where there is nothing. */
export function formatWhatIf(
  { alternatives, improvements, trainable, model }: PlanAnswer,
  paint: Paint,
  columns: number | null,
): string[] {
  return [
    trainable === null ? '' : formatTrainable(trainable, model.layers, columns),
    formatAlternatives(alternatives, paint, columns),
    formatImprovements(improvements, columns),
  ];
}

function formatTrainable({ most, even }: Trainable, layers: number, columns: number | null): string {
  if (most.split === null) {
    return paragraph('', 'These cards cannot train a single layer in full with these settings.', columns);
  }
  const evenly =
    even.layers < most.layers
      ? ` Split evenly (${even.split}) they train ${even.layers === 0 ? 'none' : even.layers}.`
      : '';
  const why = most.split.includes(',')
    ? ' A frozen layer takes 2 bytes a parameter and keeps no activations, a trained one takes 16 to 18: the cards in front can hold more layers than the last.'
    : '';
  const text = `These cards can train up to ${most.layers} of the ${layers} layers: --set freeze.layers=${most.layers} --set split=${most.split}.${evenly}${why}`;
  return paragraph('', text, columns);
}

/** Nothing where the plan is the only way. */
function formatAlternatives(
  alternatives: readonly Alternative[],
  paint: Paint,
  columns: number | null,
): string {
  if (alternatives.every(({ settings }) => settings.length === 0)) return '';
  const rows = alternatives.map((one) => [
    titleOf(one),
    formatDuration(one.stepSeconds),
    formatNumber(one.tokensPerSecond),
    formatBytes(one.headroomBytes),
    one.settings.length === 0 ? 'the plan as it is' : one.settings.map((set) => `--set ${set}`).join(' '),
  ]);
  const header = ['', 'a step', 'tokens/s', 'headroom', 'how'];
  return `Ways over these cards\n${indent(
    formatTable(header, rows, ['left', 'right', 'right', 'right', 'left'], paint, columns && columns - 2),
  )}`;
}

function titleOf({ name, dataParallel, stages }: Alternative): string {
  const pipelines = dataParallel === 1 ? 'one pipeline' : `${dataParallel} replicas`;
  const shape = `${pipelines} of ${stages.length} ${stages.length === 1 ? 'card' : 'cards'}`;
  if (name === 'replicas') return shape;
  return `${name.replaceAll('-', ' ')}: ${shape}`;
}

function formatImprovements(improvements: readonly Improvement[], columns: number | null): string {
  if (improvements.length === 0) return '';
  const lines = improvements.map((one) => paragraph('  - ', sayImprovement(one), columns));
  return ['What would change it', ...lines].join('\n');
}

function sayImprovement({
  name,
  settings,
  cards,
  tokensPerSecond,
  speedup,
  headroomBytes,
}: Improvement): string {
  const set = settings.map((setting) => `--set ${setting}`).join(' ');
  if (name === 'longer-rows') return `Longer rows fit: ${set} at most.`;
  if (name === 'higher-rank') return `A higher rank fits: ${set} at most.`;
  const what = cards === null ? set : `${cards.count} ${cards.name} instead of ${cards.insteadOf}`;
  const other = settings.some((setting) => setting.startsWith('batchSize=')) ? ', in larger steps' : '';
  const left = `${formatBytes(headroomBytes)} left on the fullest card`;
  return `${what}: ${speedup.toFixed(2)} times as fast, about ${formatNumber(tokensPerSecond)} tokens/s${other}, ${left}.`;
}
