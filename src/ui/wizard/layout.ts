import type { Size } from '../screen/size.ts';

/** Where things are, in characters; edges included. */
export interface WizardLayout {
  /** The whole, in the middle of the window: lines that are too long are hard to read. */
  frame: Size;
  /** Beside each other, or the question above what it means. */
  side: boolean;
  question: Size;
  live: Size;
  /** All answers so far; null where there is no room for them. */
  answers: Size | null;
}

const widest = 168;
const highest = 46;
/** Header, a line for what goes on in the background, footer. */
const chrome = 3;
const gap = 1;
/** Narrower, a question and a panel beside each other would both be cramped. */
const leastForSide = 104;
/** Six answers and two edges. */
const answersHeight = 8;

/** The wizard's panels in a window of this size. */
export function layoutWizard({ columns, rows }: Size): WizardLayout {
  const frame = { columns: Math.min(columns, widest), rows: Math.min(rows, highest) };
  const body = frame.rows - chrome;
  if (frame.columns >= leastForSide) {
    const right = Math.max(42, Math.min(62, Math.round(frame.columns * 0.38)));
    const answers = body >= 26 ? { columns: right, rows: answersHeight } : null;
    return {
      frame,
      side: true,
      question: { columns: frame.columns - right - gap, rows: body },
      live: { columns: right, rows: body - (answers?.rows ?? 0) },
      answers,
    };
  }
  const live = body >= 24 ? 9 : body >= 19 ? 7 : 5;
  return {
    frame,
    side: false,
    question: { columns: frame.columns, rows: body - live },
    live: { columns: frame.columns, rows: live },
    answers: null,
  };
}

/** How the cards of a box are shown in a room of that size: as cards, or, where they are many, a line each; in columns. */
export interface CardGrid {
  asCards: boolean;
  columns: number;
  /** Of one card. */
  width: number;
  /** Of all. */
  height: number;
}

/** Rows of one card: two edges, its memory as a bar and in words, what it can do; and who is on it, where somebody is on any. */
export const heightOfCard = (held: boolean): number => (held ? 6 : 5);
const leastCardWidth = 28;

export function layoutCards(count: number, cardHeight: number, room: Size): CardGrid {
  const wide = Math.max(1, Math.min(count, 4, Math.floor((room.columns + gap) / (leastCardWidth + gap))));
  const asCards = Math.ceil(count / wide) * cardHeight;
  if (asCards <= room.rows) {
    const width = Math.min(52, Math.floor((room.columns - gap * (wide - 1)) / wide));
    return { asCards: true, columns: wide, width, height: asCards };
  }
  const columns = count <= room.rows ? 1 : Math.min(wide, Math.ceil(count / Math.max(1, room.rows)));
  const width = Math.floor((room.columns - 2 * (columns - 1)) / columns);
  return { asCards: false, columns, width, height: Math.min(room.rows, Math.ceil(count / columns)) };
}
