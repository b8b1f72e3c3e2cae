import { wordProposal } from '../../plan/changes.ts';
import { wordProblem } from '../../plan/problem.ts';
import { printable } from '../../printable.ts';
import type { Strings } from '../strings/catalogue.ts';
import { formatLoss } from './format.ts';
import { reasonOf } from './reason.ts';
import type { Rescue } from './rescue.ts';
import type { MonitorState } from './state/state.ts';

export interface SummaryInput {
  /** Of a run that did not fit. */
  rescue: Rescue | null;
  strings: Strings;
  run: { id: string; path: string; logFile: string };
  /** How the person calls this program. */
  program: string;
}

/** What stays on the main screen: the run, where it stands and where it is, and the command that comes next. */
export function summarize(state: MonitorState, { strings, run, program, rescue }: SummaryInput): string {
  const { summary, states, result } = strings.monitor;
  const { lifecycle, step, loss, done, error } = state;
  const live = lifecycle?.live ?? true;
  const last = done?.loss ?? loss.buckets.at(-1)?.last ?? null;
  const how = live ? summary.goesOn(run.id) : summary.ended(run.id, states[lifecycle!.state]);
  const where = step
    ? ` ${summary.at(step.step, step.totalSteps, last === null ? null : formatLoss(last))}`
    : '';
  const ended = lifecycle?.state;
  const refused = ended === 'refused';
  const failed = ended === 'failed' || ended === 'lost' || refused;
  const why = error && !refused ? strings.causes.reported(error) : reasonOf(lifecycle, strings);
  return [
    how + where,
    ...(failed && why ? [printable(why)] : []),
    summary.directory(run.path),
    ...(done?.output ? [summary.result(done.output)] : []),
    ...(failed ? [`${result.logFile}: ${run.logFile}`] : []),
    ...next(state, { strings, run, program, rescue }),
  ].join('\n');
}

/** The command that comes next; where there is none, why. */
function next(
  { lifecycle, checkpoint }: MonitorState,
  { strings, run, program, rescue }: SummaryInput,
): string[] {
  const { summary } = strings.monitor;
  const told = (label: string, command: string) => `${label} ${program} ${command} ${run.id}`;
  if (lifecycle?.live ?? true) return [told(summary.attach, 'attach')];
  if (lifecycle?.state === 'done') return [told(summary.chat, 'chat')];
  if (lifecycle?.state !== 'refused') return [told(checkpoint ? summary.resume : summary.again, 'resume')];
  if (rescue?.stage === 'nothing') {
    const fixes = rescue.problems.map((problem) => wordProblem(problem, strings.problems).fix);
    return [strings.proposals.none, ...fixes];
  }
  const offer = rescue && 'offer' in rescue ? rescue.offer : null;
  const [found] = offer ? wordProposal(offer.before, offer.plan, strings) : [];
  return [...(found ? [found] : []), told(summary.accept, 'resume')];
}
