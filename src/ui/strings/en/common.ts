import type { KeyWords } from '../../keys/words.ts';

/** Words of every screen. */
export const common = {
  tooSmall: {
    title: 'This window is too small',
    needs: (columns: number, rows: number) => `ft-wizard needs ${columns} x ${rows} characters.`,
    has: (columns: number, rows: number) =>
      `It has ${columns} x ${rows}. Make it larger, or press q to leave.`,
  },
  help: {
    title: 'Keys',
    close: 'Esc or ? closes this',
    more: (hidden: number) => `${hidden} more: make the window taller`,
  },
  select: {
    nothingMatches: (filter: string) => `Nothing matches "${filter}".`,
    empty: 'There is nothing here.',
    unavailable: 'not available',
  },
  bar: {
    /** Said where a bar cannot be seen. */
    describe: (percent: string, predicted: string | null) =>
      predicted === null ? `${percent} used` : `${percent} used, ${predicted} predicted`,
    over: (description: string) => `${description}, too full`,
  },
  chart: {
    /** Said where a chart cannot be seen. */
    describe: (from: string, to: string) => `from ${from} to ${to}`,
    nothingYet: 'Nothing to draw yet.',
  },
  duration: {
    seconds: (seconds: string) => `${seconds} s`,
    minutes: (minutes: number) => `${minutes} min`,
    hours: (hours: number, minutes: string) => `${hours} h ${minutes} min`,
    days: (days: number, hours: number) => `${days} d ${hours} h`,
  },
  keys: {
    contexts: {
      global: 'Everywhere',
      list: 'Lists',
      text: 'Text fields',
      wizard: 'Wizard',
      split: 'Split editor',
      offer: 'A plan that fits instead',
      monitor: 'Monitor',
    },
    /** How keys are called that have a name rather than a character. */
    names: {
      enter: 'Enter',
      escape: 'Esc',
      space: 'Space',
      tab: 'Tab',
      backspace: 'Backspace',
      delete: 'Del',
      pageup: 'PgUp',
      pagedown: 'PgDn',
      home: 'Home',
      end: 'End',
      ctrl: 'Ctrl',
      shift: 'Shift',
    },
    global: {
      help: { short: 'help', long: 'Show or hide the keys' },
      back: { short: 'back', long: 'Go back; close what is open' },
      interrupt: { short: 'leave', long: 'Leave; nothing that runs is lost' },
      leave: { short: 'leave', long: 'Leave, where nothing is being written' },
    },
    list: {
      choose: { short: 'choose', long: 'Choose the marked line' },
      up: { short: 'up', long: 'One line up' },
      down: { short: 'down', long: 'One line down' },
      pageUp: { short: 'page up', long: 'One page up' },
      pageDown: { short: 'page down', long: 'One page down' },
      first: { short: 'first', long: 'To the first line' },
      last: { short: 'last', long: 'To the last line' },
      clearFilter: { short: 'clear', long: 'Show all lines again' },
    },
    offer: {
      accept: { short: 'accept', long: 'Accept the plan that fits, and start it' },
      decline: { short: 'leave', long: 'Leave the run as it is; it can be resumed with the plan later' },
    },
    text: {
      submit: { short: 'accept', long: 'Accept what is written' },
      complete: { short: 'complete', long: 'Complete what is written' },
      left: { short: 'left', long: 'One character left' },
      right: { short: 'right', long: 'One character right' },
      start: { short: 'start', long: 'To the start of the line' },
      end: { short: 'end', long: 'To the end of the line' },
      deleteBefore: { short: 'delete', long: 'Delete the character before the cursor' },
      deleteAfter: { short: 'delete', long: 'Delete the character at the cursor' },
      deleteWord: { short: 'delete word', long: 'Delete the word before the cursor' },
      clear: { short: 'clear', long: 'Delete all before the cursor' },
    },
  } satisfies { contexts: unknown; names: unknown } & Pick<KeyWords, 'global' | 'list' | 'offer' | 'text'>,
};
