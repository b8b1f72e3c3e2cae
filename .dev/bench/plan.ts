// How long a plan takes: node .dev/bench/plan.ts. Prints the first and the median time of 15 for boxes of like and unlike cards.
import { cpus } from 'node:os';
import { detectHost } from '../../src/hardware/host.ts';
import { parseCardSpec } from '../../src/hardware/spec.ts';
import { loadModelShape } from '../../src/model/load.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { recipeSchema } from '../../src/recipe/schema.ts';

const boxes = [
  '2xP40',
  '8x3090',
  '6x3090',
  '4x3090,4xP40',
  '1x4090,1x3090,2x3060,2xP40,1xV100-32G,1xA100-40G',
];

console.log(`Node ${process.versions.node}, ${cpus()[0]?.model}`);
for (const [name, cutoffLength] of [
  ['llama2-13b', 1024],
  ['llama2-70b', 512],
] as const) {
  const model = await loadModelShape(name);
  const recipe = recipeSchema.parse({ model: name, lora: { targets: 'qv' }, cutoffLength });
  for (const spec of boxes) {
    const cards = parseCardSpec(spec);
    const surroundings = {
      data: null,
      datasets: [],
      disk: null,
      ownPython: false,
      hostName: 'localhost',
    } as const;
    const input = {
      recipe,
      model,
      cards,
      host: await detectHost(),
      device: 'auto',
      ...surroundings,
    } as const;
    const times = Array.from({ length: 15 }, () => {
      const start = performance.now();
      makePlan({ ...input, datasets: [] });
      return performance.now() - start;
    });
    const [first = 0] = times;
    const median = times.toSorted((a, b) => a - b)[7] ?? 0;
    console.log(
      `${name}  ${spec.padEnd(52)} first ${first.toFixed(0).padStart(4)} ms  median ${median.toFixed(0).padStart(4)} ms`,
    );
  }
}
