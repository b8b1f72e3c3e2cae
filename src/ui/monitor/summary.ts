import { printable } from '../../printable.ts';
import type { Strings } from '../strings/catalogue.ts';
import { formatLoss } from './format.ts';
import { reasonOf } from './reason.ts';
import type { MonitorState } from './state/state.ts';

export interface SummaryInput {
  strings: Strings;
  run: { id: string; path: string; logFile: string };
  /** How the person calls this program. */
  program: string;
}

/** What stays on the main screen: the run, where it stands and where it is, and the command that comes next. */
export function summarize(state: MonitorState, { strings, run, program }: SummaryInput): string {
  const { summary, states, result } = strings.monitor;
  const { lifecycle, step, loss, done, error } = state;
  const live = lifecycle?.live ?? true;
  const last = done?.loss ?? loss.buckets.at(-1)?.last ?? null;
  const how = live ? summary.goesOn(run.id) : summary.ended(run.id, states[lifecycle!.state]);
  const where = step
    ? ` ${summary.at(step.step, step.totalSteps, last === null ? null : formatLoss(last))}`
    : '';
  const ended = lifecycle?.state;
  const failed = ended === 'failed' || ended === 'lost';
  const why = error ? strings.causes.reported(error) : reasonOf(lifecycle, strings);
  const [label, command] = live
    ? [summary.attach, 'attach']
    : ended === 'done'
      ? [summary.chat, 'chat']
      : [state.checkpoint ? summary.resume : summary.again, 'resume'];
  return [
    how + where,
    ...(failed && why ? [printable(why)] : []),
    summary.directory(run.path),
    ...(done?.output ? [summary.result(done.output)] : []),
    ...(failed ? [`${result.logFile}: ${run.logFile}`] : []),
    `${label} ${program} ${command} ${run.id}`,
  ].join('\n');
}
