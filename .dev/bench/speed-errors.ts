// How well the speed model does: node .dev/bench/speed-errors.ts [--fit NAME,...]. Predicts every training of test/plan/measurements anew
// with the sources as they are and prints the errors, the worst last. With --fit it first looks for the values of these constants of
// src/plan/rates.ts (such as gemm,kernelSeconds,hopSeconds.host) that make the errors of those not held out least, and prints them to be written there.
import { parseArgs } from 'node:util';
import { formatTable } from '../../src/commands/text/table.ts';
import { rates } from '../../src/plan/rates.ts';
import { formatNumber } from '../../src/units.ts';
import { type SpeedCase, speedCases, summarizeErrors } from '../../test/plan/measurements/speed.ts';

const { values } = parseArgs({ options: { fit: { type: 'string' } } });

interface Compared extends SpeedCase {
  predicted: number;
  /** predicted / measured - 1 */
  error: number;
}

async function compare(cases: readonly SpeedCase[]): Promise<Compared[]> {
  const predicted = await Promise.all(cases.map((one) => one.predict()));
  return cases.map((one, index) => ({
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
  const fitted = speedCases.filter(({ heldOut }) => !heldOut);
  const loss = async () => {
    const sizes = (await compare(fitted)).map(({ error }) => Math.abs(Math.log(1 + error)));
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
const compared = (await compare(speedCases)).toSorted((a, b) => Math.abs(a.error) - Math.abs(b.error));
const percent = (share: number) => `${share < 0 ? '' : '+'}${(100 * share).toFixed(1)} %`;
console.log(
  formatTable(
    ['training', 'tokens/s', 'predicted', 'error'],
    compared.map(({ name, heldOut, tokensPerSecond, predicted, error }) => [
      `${name}${heldOut ? ' (held out)' : ''}`,
      formatNumber(tokensPerSecond),
      formatNumber(predicted),
      percent(error),
    ]),
    ['left', 'right', 'right', 'right'],
    (_, text) => text,
  ),
);
for (const heldOut of [false, true]) {
  const errors = compared.filter((one) => one.heldOut === heldOut).map(({ error }) => error);
  const { median, most, worst } = summarizeErrors(errors);
  const shares = [median, most, worst].map((share) => `${(100 * share).toFixed(1)} %`);
  console.log(
    `${heldOut ? 'held out' : 'fitted'}: ${errors.length} trainings, half within ${shares[0]}, nine of ten within ${shares[1]}, all within ${shares[2]}`,
  );
}
