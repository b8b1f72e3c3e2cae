import type { Plan } from './schema.ts';

/** Whether CPU ranks stand in for cards: memory and speed are then planned for the cards, and say nothing of what runs. */
export function areStandIns({ device, ranks }: Pick<Plan, 'device' | 'ranks'>): boolean {
  return device === 'cpu' && ranks.some(({ gpu }) => gpu !== null);
}
