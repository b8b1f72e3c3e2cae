/** What the monitor's body is made of, in the order of the keys 1 to 4. */
export const panes = ['loss', 'cards', 'pipeline', 'log'] as const;

export type Pane = (typeof panes)[number];

/** A pane with its frame, in characters. `rates` fills what the cards leave: learning rate and gradient norm on their own. */
export interface PlacedPane {
  pane: Pane | 'rates';
  width: number;
  height: number;
}

/** Columns side by side, each with panes one below the other. */
export interface LayoutBand {
  height: number;
  columns: { width: number; panes: PlacedPane[] }[];
}

export interface LayoutInput {
  /** What the panes have together. */
  columns: number;
  rows: number;
  /** Ranks, which the panes list. */
  ranks: number;
  stages: number;
  /** Rows that a card can fill. */
  cardRows: number;
  /** Shown in any case. */
  focus: Pane;
}

/** Rows of a frame. */
const frame = 2;
/** From this width on, two panes stand side by side. */
const sideBySide = 76;
/** From this width on, the right-hand column is wide enough for the pipeline as well. */
const twoColumns = 150;
/** Rows of `rates`. */
const ratesLeast = 7;

/** Which panes there are and where, for a size: as many as make sense, the one with the focus in any case. Pure. */
export function layoutPanes(input: LayoutInput): LayoutBand[] {
  if (input.columns < sideBySide) return stack(input);
  if (input.columns >= twoColumns && input.rows >= 24) return twoColumnBand(input);
  return wideBands(input);
}

type Needs = Omit<LayoutInput, 'columns' | 'rows'>;

/** Rows below which a pane tells nothing, with which it tells it well, and beyond which it has nothing to add. */
function appetite(
  pane: Pane,
  { ranks, stages, cardRows, focus }: Needs,
): { least: number; good: number; most: number } {
  const many = Number.POSITIVE_INFINITY;
  switch (pane) {
    case 'loss':
      return { least: 7, good: 15, most: many };
    case 'cards':
      return {
        least: ranks + frame,
        good: ranks * cardRows + frame,
        most: ranks * (cardRows + 1) - 1 + frame,
      };
    case 'pipeline': {
      // A legend, the ranks, and a picture of a step with a title and a blank row above.
      const picture = stages > 1 ? stages + 2 : 0;
      return {
        least: ranks + 1 + frame,
        good: ranks * 2 + 1 + picture + frame,
        most: ranks * 6 + 1 + picture + frame,
      };
    }
    case 'log':
      // Read only by who goes there.
      return { least: 5, good: focus === 'log' ? 24 : 9, most: many };
  }
}

/** Of what would be good for the panes before, what another one must leave them. */
const decent = 0.6;

/** Panes that fit into `rows`, in the order given; the first in any case. */
function choose(wanted: readonly Pane[], rows: number, needs: Needs): Pane[] {
  let left = rows;
  return wanted.filter((pane, index) => {
    const { least, good } = appetite(pane, needs);
    if (index > 0 && least > left) return false;
    left -= Math.max(least, Math.ceil(good * decent));
    return true;
  });
}

/** Shares `rows` out: everybody gets the least, then one row after another goes to who has the smallest part of what would be good. */
function shareRows(chosen: readonly Pane[], rows: number, needs: Needs): number[] {
  const wants = chosen.map((pane) => appetite(pane, needs));
  const heights = wants.map(({ least }) => least);
  let left = rows - heights.reduce((sum, height) => sum + height, 0);
  for (; left > 0; left -= 1) {
    const hungriest = wants
      .map(({ good, most }, at) => ({
        at,
        part: heights[at]! >= most ? Number.POSITIVE_INFINITY : heights[at]! / good,
      }))
      .reduce((a, b) => (b.part < a.part ? b : a));
    heights[hungriest.at]! += 1;
  }
  // Too little room even for the least: the end is cut.
  if (left < 0) heights[heights.length - 1]! += left;
  return heights;
}

const byKey = (chosen: readonly Pane[]) => panes.filter((pane) => chosen.includes(pane));

function band(pane: Pane, width: number, height: number): LayoutBand {
  return { height, columns: [{ width, panes: [{ pane, width, height }] }] };
}

/** One below the other: the one with the focus, and what else fits. */
function stack({ columns, rows, ...needs }: LayoutInput): LayoutBand[] {
  const { focus } = needs;
  const others = panes.filter((pane) => pane !== focus);
  const chosen = byKey(choose([focus, ...others], rows, needs));
  const heights = shareRows(chosen, rows, needs);
  return chosen.map((pane, at) => band(pane, columns, heights[at]!));
}

/** Loss beside the cards, and below them, over the whole width, what else fits. */
function wideBands({ columns, rows, ...needs }: LayoutInput): LayoutBand[] {
  const { focus } = needs;
  const topLeast = Math.max(appetite('loss', needs).least, appetite('cards', needs).least);
  const extra = topLeast - appetite('loss', needs).least;
  const others: Pane[] = focus === 'log' ? ['log', 'pipeline'] : ['pipeline', 'log'];
  const chosen = byKey(choose(['loss', ...others], rows - extra, needs));
  if (focus !== 'cards' && !chosen.includes(focus)) return [band(focus, columns, rows)];
  const heights = shareRows(chosen, rows - extra, needs);
  const height = heights[0]! + extra;
  const left = Math.round(columns * (columns < 100 ? 0.54 : 0.58));
  const top: LayoutBand = {
    height,
    columns: [
      { width: left, panes: [{ pane: 'loss', width: left, height }] },
      { width: columns - left, panes: cardsColumn(columns - left, height, needs) },
    ],
  };
  return [top, ...chosen.slice(1).map((pane, at) => band(pane, columns, heights[at + 1]!))];
}

/** The cards, and where they leave much, what else is worth a look. */
function cardsColumn(width: number, height: number, needs: Needs): PlacedPane[] {
  const { most } = appetite('cards', needs);
  if (height - most < ratesLeast) return [{ pane: 'cards', width, height }];
  return [
    { pane: 'cards', width, height: most },
    { pane: 'rates', width, height: height - most },
  ];
}

/** Loss and log at the left, cards and pipeline at the right. */
function twoColumnBand({ columns, rows, ...needs }: LayoutInput): LayoutBand[] {
  const left = Math.round(columns * 0.55);
  const right = columns - left;
  const full = appetite('cards', needs).most + appetite('pipeline', needs).most;
  const rates = rows - full >= ratesLeast ? rows - full : 0;
  const column = (width: number, wanted: readonly Pane[], height: number): PlacedPane[] => {
    const heights = shareRows(wanted, height, needs);
    return wanted.map((pane, at) => ({ pane, width, height: heights[at]! }));
  };
  return [
    {
      height: rows,
      columns: [
        { width: left, panes: column(left, ['loss', 'log'], rows) },
        {
          width: right,
          panes: [
            ...column(right, ['cards', 'pipeline'], rows - rates),
            ...(rates > 0 ? [{ pane: 'rates' as const, width: right, height: rates }] : []),
          ],
        },
      ],
    },
  ];
}
