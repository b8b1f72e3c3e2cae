// How long a plan takes, and in it the search for the split, also over 96 layers: node .dev/bench/plan.ts. Prints the first and the median
// time of 15 for boxes of like and unlike cards.
import { cpus } from 'node:os';
import { detectHost } from '../../src/hardware/host.ts';
import { parseCardSpec } from '../../src/hardware/spec.ts';
import { loadModelShape } from '../../src/model/load.ts';
import { arrange } from '../../src/plan/arrange.ts';
import { draftPlan } from '../../src/plan/draft.ts';
import type { PlanInput } from '../../src/plan/input.ts';
import { correctionBy } from '../../src/plan/measured.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { cardSlots } from '../../src/plan/slots.ts';
import { recipeSchema } from '../../src/recipe/schema.ts';

const boxes = [
  '2xP40',
  '8x3090',
  '6x3090',
  '4x3090,4xP40',
  '1x4090,1x3090,2x3060,2xP40,1xV100-32G,1xA100-40G',
];

const cases = [
  { name: 'llama2-13b', layers: null, cutoffLength: 1024 },
  { name: 'llama2-70b', layers: null, cutoffLength: 512 },
  { name: 'llama2-13b', layers: 96, cutoffLength: 512 },
];

/** Of 15 calls. */
function time(call: () => void): string {
  const times = Array.from({ length: 15 }, () => {
    const start = performance.now();
    call();
    return performance.now() - start;
  });
  const [first = 0] = times;
  const median = times.toSorted((a, b) => a - b)[7] ?? 0;
  return `first ${first.toFixed(0).padStart(4)} ms  median ${median.toFixed(0).padStart(4)} ms`;
}

console.log(`Node ${process.versions.node}, ${cpus()[0]?.model}`);
for (const { name, layers, cutoffLength } of cases) {
  const shape = await loadModelShape(name);
  const model = layers === null ? shape : { ...shape, layers: Array(layers).fill(shape.layers[0]) };
  const recipe = recipeSchema.parse({ model: name, lora: { targets: 'qv' }, cutoffLength });
  for (const spec of boxes) {
    const input: PlanInput = {
      recipe,
      model,
      cards: parseCardSpec(spec),
      host: await detectHost(),
      data: null,
      datasets: [],
      device: 'auto',
      disk: null,
      ownPython: false,
      measuredMemory: [],
      measuredSpeeds: [],
      hostName: 'localhost',
    };
    const { workload } = draftPlan(input, 'overflow');
    const slots = cardSlots(input.cards, workload.precision, 1, correctionBy([]));
    const free = { starts: null, stages: null };
    console.log(
      `${name}, ${String(model.layers.length).padStart(2)} layers  ${spec.padEnd(52)} plan ${time(() => makePlan(input))}` +
        `   split ${time(() => arrange(workload, slots, free))}`,
    );
  }
}
