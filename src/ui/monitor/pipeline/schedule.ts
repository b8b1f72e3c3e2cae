import type { Plan } from '../../../plan/schema.ts';

/** A piece of work of one stage on one micro-batch, seconds from the start of the step. */
export interface Task {
  stage: number;
  microBatch: number;
  backward: boolean;
  start: number;
  end: number;
}

/** Of a stage's work on a micro-batch, what its forward takes: backward passes gradients through weights and recomputes nothing, or all. */
const forwardShare = { none: 1 / 2, full: 1 / 3 } as const;

/**
 * One step as the schedule orders it, each stage taking the time it was measured to be busy. Transfers take no time here, so what is idle is the
 * schedule's own bubble and what uneven stages add to it.
 *
 * @param busy seconds a step of each stage
 */
export function simulateStep(
  plan: Pick<Plan, 'schedule' | 'microBatches' | 'checkpointing'> & {
    stages: readonly { inFlight: number }[];
  },
  busy: readonly number[],
): Task[] {
  const { schedule, microBatches, checkpointing } = plan;
  const stages = busy.length;
  const share = forwardShare[checkpointing];
  const seconds = (stage: number, backward: boolean) =>
    (busy[stage]! / microBatches) * (backward ? 1 - share : share);
  const orders = plan.stages.map(({ inFlight }) => orderOf(inFlight, microBatches));
  const ends = new Map<string, number>();
  const key = (stage: number, microBatch: number, backward: boolean) => `${stage} ${microBatch} ${backward}`;
  const free = busy.map(() => 0);
  const next = busy.map(() => 0);
  const tasks: Task[] = [];

  /** When the work can begin as far as others are concerned; undefined while what it needs is not done. */
  const ready = (stage: number, microBatch: number, backward: boolean): number | undefined => {
    if (schedule === 'naive' && !backward && stage === 0 && microBatch > 0)
      return ends.get(key(0, microBatch - 1, true));
    if (!backward) return stage === 0 ? 0 : ends.get(key(stage - 1, microBatch, false));
    return stage === stages - 1 ? 0 : ends.get(key(stage + 1, microBatch, true));
  };

  for (let done = 0; done < 2 * microBatches * stages; ) {
    const before = done;
    for (let stage = 0; stage < stages; stage += 1) {
      const work = orders[stage]![next[stage]!];
      if (!work) continue;
      const begin = ready(stage, work.microBatch, work.backward);
      if (begin === undefined) continue;
      const start = Math.max(begin, free[stage]!);
      const end = start + seconds(stage, work.backward);
      tasks.push({ stage, ...work, start, end });
      ends.set(key(stage, work.microBatch, work.backward), end);
      free[stage] = end;
      next[stage]! += 1;
      done += 1;
    }
    if (done === before) break; // an order that nobody can keep
  }
  return tasks;
}

type Work = Pick<Task, 'microBatch' | 'backward'>;

/** What a stage does, in order: forwards until as many are in flight as it holds, then one backward for each forward. */
function orderOf(inFlight: number, microBatches: number): Work[] {
  const order: Work[] = [];
  for (let forward = 0, backward = 0; backward < microBatches; ) {
    if (forward < microBatches && forward - backward < inFlight)
      order.push({ microBatch: forward++, backward: false });
    else order.push({ microBatch: backward++, backward: true });
  }
  return order;
}

/** Share of the stages' time in the step in which nothing is done. */
export function idleShare(tasks: readonly Task[], stages: number): number {
  const end = tasks.reduce((last, task) => Math.max(last, task.end), 0);
  const busy = tasks.reduce((sum, task) => sum + task.end - task.start, 0);
  return end === 0 ? 0 : 1 - busy / (end * stages);
}

/** A run of columns in the picture of one stage's step; no task where it is idle. */
export interface TimelineSpan {
  text: string;
  task: Task | null;
}

/** One stage's step in exactly `width` columns: each micro-batch by the last digit of its number, idle columns by `idle`. */
export function drawTimeline(
  tasks: readonly Task[],
  stage: number,
  width: number,
  idle: string,
): TimelineSpan[] {
  const total = tasks.reduce((last, task) => Math.max(last, task.end), 0);
  const own = tasks.filter((task) => task.stage === stage);
  const spans: TimelineSpan[] = [];
  for (let column = 0; column < width; column += 1) {
    const time = ((column + 0.5) / width) * total;
    const task = own.find(({ start, end }) => time >= start && time < end) ?? null;
    const sign = task ? String((task.microBatch + 1) % 10) : idle;
    const last = spans.at(-1);
    if (last && last.task === task) last.text += sign;
    else spans.push({ text: sign, task });
  }
  return spans;
}
