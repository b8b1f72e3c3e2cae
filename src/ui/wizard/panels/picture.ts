import { useMemo } from 'react';
import { splitFigures } from '../../../plan/figures.ts';
import { measure, pages } from '../../components/plan-picture/geometry.ts';
import { drawPicture, labelColumns, nameColumns } from '../../components/plan-picture/picture.ts';
import type { Span } from '../../layout/spans.ts';
import { type Size, useLinear } from '../../screen/size.ts';
import { useStrings } from '../../strings/context.ts';
import { useTheme } from '../../theme/theme.ts';
import type { Outcome } from '../outcome.ts';

/** A picture that is higher tells no more. */
const mostRows = 24;

/** Which layers lie on which card, as the split editor draws it; null where there is too little room for all of it. */
export function usePicture(outcome: Outcome | null, { columns, rows }: Size): Span[][] | null {
  const words = useStrings().split.picture;
  const theme = useTheme();
  const linear = useLinear();
  const planned = outcome && 'plan' in outcome ? outcome : null;
  const figures = useMemo(() => {
    if (!planned) return null;
    const { input, plan } = planned;
    // As it was planned: to look for the best split once more would take its time.
    const split = plan.stages.map(({ layers: [first, end] }) => end - first).join();
    return splitFigures({ ...input, recipe: { ...input.recipe, split } });
  }, [planned]);
  if (!figures || linear) return null;
  const picture = { figures, words, theme, boundary: null };
  const across = { width: columns, label: labelColumns(picture) };
  const [shown, ...others] = pages(figures.stages.length, across);
  if (!shown || others.length > 0) return null;
  const room = { ...across, name: nameColumns(picture), slack: 0, shown, rows: Math.min(rows, mostRows) };
  const geometry = measure(figures, room);
  return geometry.rows <= rows ? drawPicture(picture, geometry) : null;
}
