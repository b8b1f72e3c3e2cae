import type { PlanInput } from '../../plan/input.ts';
import type { Plan } from '../../plan/schema.ts';

/** What was measured, and on what: figures without it say nothing. */
export interface BenchSubject {
  plan: Plan;
  model: PlanInput['model'];
  host: PlanInput['host'];
  cards: PlanInput['cards'];
  environment: { torch: string };
}

/** As the first line of `--json`. */
export function describeSubject({ plan, model, host, cards, environment }: BenchSubject): object {
  return {
    type: 'bench',
    date: new Date().toISOString(),
    command: process.argv.slice(2),
    torch: environment.torch,
    device: plan.device,
    cards: cards.map(({ index, uuid, kind, driverVersion }) => ({
      index,
      uuid,
      name: kind.name,
      driverVersion,
    })),
    host,
    model: { source: model.source, parameters: model.parameters },
    precision: plan.precision.value,
    training: plan.training,
    assumed: plan.assumed,
  };
}
