import { wordProposal } from '../../plan/changes.ts';
import type { RunDirectory } from '../../run/directory.ts';
import { inspectRun } from '../../run/lifecycle.ts';
import type { NextAttempt } from '../replan.ts';

/** Why a run goes on with another plan, and with which; null where it is the one before. */
export function describeNextAttempt(run: RunDirectory, { before, plan, change }: NextAttempt): string | null {
  switch (change?.why) {
    case undefined:
      return null;
    case 'gone': {
      const names = change.cards.map(({ name, uuid }) => `${name} (${uuid})`).join(', ');
      return `Not in this box any more: ${names}. The run is planned anew for what is.`;
    }
    case 'asked':
      return 'The run is planned anew, as you asked.';
    case 'did-not-fit':
      return [inspectRun(run).reason, ...wordProposal(before, plan)].join(' ');
  }
}
