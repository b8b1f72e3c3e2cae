import type { SplitFigures } from '../../../plan/figures.ts';
import type { PlanInput } from '../../../plan/input.ts';
import type { Geometry } from '../../components/plan-picture/geometry.ts';
import { numberOf } from '../../components/plan-picture/names.ts';
import { SpanRows } from '../../components/span-rows.tsx';
import { fitText, truncate, widthOf } from '../../layout/text.ts';
import { useStrings } from '../../strings/context.ts';
import { useTheme } from '../../theme/theme.ts';

export interface HeaderProps {
  input: PlanInput;
  figures: SplitFigures;
  /** null where there is no picture to explain. */
  geometry: Geometry | null;
  width: number;
}

/** What is split, and how to read the picture. One row. */
export function Header({ input, figures, geometry, width }: HeaderProps) {
  const { colors, glyphs } = useTheme();
  const words = useStrings().split;
  const { recipe, model } = input;
  const separator = ` ${glyphs.separator} `;
  const targets = Array.isArray(recipe.lora.targets) ? recipe.lora.targets.join(', ') : recipe.lora.targets;
  const method =
    recipe.method === 'lora' ? words.lora(recipe.lora.rank, targets) : words.freeze(recipe.freeze.layers);
  const legend = geometry === null ? '' : describePicture(figures, geometry, words);
  const room = width - widthOf(legend) - widthOf(words.title) - 5;
  const source = truncate(model.source, room, glyphs.ellipsis);
  const about = [words.picture.layers(model.layers.length), method, figures.precision]
    .map((part) => separator + part)
    .reduce((text, part) => (widthOf(source + text + part) <= room ? text + part : text), '');
  return (
    <SpanRows
      rows={[
        [
          { text: ` ${words.title}  `, color: colors.accent, bold: true },
          { text: source, bold: true },
          { text: fitText(about, room - widthOf(source) + 1), color: colors.muted },
          { text: legend, color: colors.muted },
        ],
      ]}
    />
  );
}

/** What cannot be seen: cards that are off the screen, layers that share a brick. */
function describePicture(
  { stages }: SplitFigures,
  { shown: [first, end], bricks }: Geometry,
  words: ReturnType<typeof useStrings>['split'],
): string {
  const number = (index: number) => numberOf(stages[index]!.cards, index);
  return [
    ...(end - first < stages.length ? [words.shown(number(first), number(end - 1), stages.length)] : []),
    ...(bricks.layers > 1 ? [words.legend(bricks.layers)] : []),
  ].join(', ');
}
