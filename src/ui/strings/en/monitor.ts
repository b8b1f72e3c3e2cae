import type { KeyWords } from '../../keys/words.ts';

/** Words of the monitor. */
export const monitor = {
  keys: {
    detach: { short: 'detach', long: 'Leave; the training goes on' },
    stop: { short: 'stop', long: 'Stop with a checkpoint' },
    checkpoint: { short: 'checkpoint', long: 'Save a checkpoint now' },
    nextPane: { short: 'next pane', long: 'Show the next pane' },
    search: { short: 'search', long: 'Search the log' },
    nextMatch: { short: 'next match', long: 'The next match in the log' },
    previousMatch: { short: 'previous match', long: 'The previous match in the log' },
    follow: { short: 'follow', long: 'Follow the log again' },
  } satisfies KeyWords['monitor'],
};
