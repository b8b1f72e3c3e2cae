import type { Size } from '../screen/size.ts';

/** Where things are, in characters; edges included. */
export interface WizardLayout {
  /** Beside each other, or the question above what it means. */
  side: boolean;
  question: Size;
  live: Size;
  /** All answers so far; null where there is no room for them. */
  answers: Size | null;
}

/** Header, a line for what goes on in the background, footer. */
const chrome = 3;
const gap = 1;
/** Narrower, a question and a panel beside each other would both be cramped. */
const leastForSide = 104;
/** Six answers and two edges. */
const answersHeight = 8;

/** The wizard's panels in a window of this size. */
export function layoutWizard({ columns, rows }: Size): WizardLayout {
  const body = rows - chrome;
  if (columns >= leastForSide) {
    const right = Math.max(42, Math.min(96, Math.round(columns * 0.38)));
    const answers = body >= 26 ? { columns: right, rows: answersHeight } : null;
    return {
      side: true,
      question: { columns: columns - right - gap, rows: body },
      live: { columns: right, rows: body - (answers?.rows ?? 0) },
      answers,
    };
  }
  const live = body >= 24 ? 9 : body >= 19 ? 7 : 5;
  return {
    side: false,
    question: { columns, rows: body - live },
    live: { columns, rows: live },
    answers: null,
  };
}

/** How the cards of a box are shown in a room of that size: as cards, or, where they are many, a line each; in columns. */
export interface CardGrid {
  asCards: boolean;
  /** Columns of each card that is in a line: they end where the room ends. */
  widths: number[];
  /** Of all. */
  height: number;
}

/** Rows of one card: two edges, its memory as a bar and in words, what it can do; and who is on it, where somebody is on any. */
export const heightOfCard = (held: boolean): number => (held ? 6 : 5);
const leastCardWidth = 28;
/** Between cards that are a line each. */
export const lineGap = 2;

export function layoutCards(count: number, cardHeight: number, room: Size): CardGrid {
  const most = Math.max(1, Math.min(count, 8, Math.floor((room.columns + gap) / (leastCardWidth + gap))));
  // As many in one line as in the other, where that takes no more lines.
  const wide = Math.ceil(count / Math.ceil(count / most));
  const asCards = Math.ceil(count / wide) * cardHeight;
  if (asCards <= room.rows) {
    return { asCards: true, widths: shareColumns(room.columns - gap * (wide - 1), wide), height: asCards };
  }
  const columns = count <= room.rows ? 1 : Math.min(most, Math.ceil(count / Math.max(1, room.rows)));
  const widths = shareColumns(room.columns - lineGap * (columns - 1), columns);
  return { asCards: false, widths, height: Math.min(room.rows, Math.ceil(count / columns)) };
}

function shareColumns(columns: number, count: number): number[] {
  const edge = (index: number) => Math.round((index * columns) / count);
  return Array.from({ length: count }, (_, index) => edge(index + 1) - edge(index));
}
