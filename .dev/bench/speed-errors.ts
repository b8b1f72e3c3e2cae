// How well the speed model does: node .dev/bench/speed-errors.ts [--fit NAME,...]. Predicts every training of test/plan/measurements anew
// with the sources as they are and prints the errors, the worst last. With --fit it first looks for the values of these constants of
// src/plan/rates.ts (such as gemm,kernelSeconds,hopSeconds.host) that make the errors least, and prints them to be written there.
import { parseArgs } from 'node:util';
import { formatTable } from '../../src/commands/text/table.ts';
import { rates } from '../../src/plan/rates.ts';
import { formatNumber } from '../../src/units.ts';
import {
  type MeasuredSpeed,
  measuredSpeeds,
  predictSpeed,
  summarizeErrors,
} from '../../test/plan/measurements/speed.ts';

const { values } = parseArgs({ options: { fit: { type: 'string' } } });

interface Compared extends MeasuredSpeed {
  predicted: number;
  /** predicted / measured - 1 */
  error: number;
}

async function compare(): Promise<Compared[]> {
  const predicted = await Promise.all(measuredSpeeds.map(predictSpeed));
  return measuredSpeeds.map((one, index) => ({
    ...one,
    predicted: predicted[index]!,
    error: predicted[index]! / one.tokensPerSecond - 1,
  }));
}

/** The holder of a constant, and its name there. */
function constant(path: string): [Record<string, number>, string] {
  const names = path.split('.');
  const last = names.pop()!;
  const holder = names.reduce<unknown>((object, name) => (object as Record<string, unknown>)[name], rates);
  const numbers = holder as Record<string, number>;
  if (typeof numbers?.[last] !== 'number') throw new Error(`src/plan/rates.ts has no ${path}`);
  return [numbers, last];
}

/** Coordinate descent on the sum of the logarithmic errors, large ones counting more. */
async function fitRates(paths: readonly string[]): Promise<void> {
  const loss = async () => {
    const sizes = (await compare()).map(({ error }) => Math.abs(Math.log(1 + error)));
    return sizes.reduce((sum, size) => sum + size + 3 * size ** 2, 0);
  };
  let best = await loss();
  for (let factor = 1.3; factor > 1.01; factor = Math.sqrt(factor)) {
    for (const path of [...paths, ...paths, ...paths]) {
      const [holder, name] = constant(path);
      const before = holder[name]!;
      for (const tried of [before * factor, before / factor]) {
        holder[name] = tried;
        const now = await loss();
        if (now < best) {
          best = now;
          break;
        }
        holder[name] = before;
      }
    }
  }
  for (const path of paths) {
    const [holder, name] = constant(path);
    console.log(`${path} ${holder[name]!.toPrecision(3)}`);
  }
}

if (values.fit !== undefined) await fitRates(values.fit.split(','));
const compared = (await compare()).toSorted((a, b) => Math.abs(a.error) - Math.abs(b.error));
const percent = (share: number) => `${share < 0 ? '' : '+'}${(100 * share).toFixed(1)} %`;
console.log(
  formatTable(
    ['training', 'tokens/s', 'predicted', 'error'],
    compared.map(({ name, tokensPerSecond, predicted, error }) => [
      name,
      formatNumber(tokensPerSecond),
      formatNumber(predicted),
      percent(error),
    ]),
    ['left', 'right', 'right', 'right'],
    (_, text) => text,
  ),
);
const { median, worst } = summarizeErrors(compared.map(({ error }) => error));
console.log(`${compared.length} trainings, median ${percent(median)}, worst ${percent(worst)}, without sign`);
