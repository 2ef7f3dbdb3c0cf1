/** mathjs: derivatives of expressions, symbolic; each is compiled once. Sums, arrays and loops cannot be written. */
import type { Prepared } from '../contenders.ts';
import { importPeer } from './load.ts';
import type { PeerPrograms } from './table.ts';

interface Expression {
  evaluate(scope: Readonly<Record<string, number>>): number;
}

interface MathJs {
  parse(text: string): { compile(): Expression };
  derivative(text: string, variable: string): { compile(): Expression };
}

export async function mathjsPrograms(): Promise<PeerPrograms> {
  const math = await importPeer<MathJs>('mathjs/lib/esm/index.js');
  const radius = 'sqrt(x * x + y * y + 1)';
  const blend = `(tanh(${radius} - z) + sin(x * y) * exp(z) / ${radius})`;
  return {
    rosenbrock: async ({ x }) => prepare(math, '100 * (y - x ^ 2) ^ 2 + (1 - x) ^ 2', ['x', 'y'], x),
    scalar: async ({ point }) => prepare(math, `log(1 + ${blend} * ${blend}) * cos(z) + x * ${blend}`, ['x', 'y', 'z'], point),
  };
}

function prepare(math: MathJs, text: string, names: readonly string[], point: Float64Array): Prepared {
  const value = math.parse(text).compile();
  const derivatives = names.map((name) => math.derivative(text, name).compile());
  const gradient = new Float64Array(names.length);
  const scope: Record<string, number> = {};
  return {
    run: () => {
      for (const [i, name] of names.entries()) scope[name] = point[i];
      for (const [i, derivative] of derivatives.entries()) gradient[i] = derivative.evaluate(scope);
      return value.evaluate(scope);
    },
    gradient: () => gradient,
  };
}
