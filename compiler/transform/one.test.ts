import { it } from 'vitest';
import { printFunction } from '../ir/print.ts';
import { optimize, passes } from '../optimize/index.ts';
import { randomFunction } from '../optimize/testing/random-function.ts';
import { copyWritten } from './copy-written.ts';
import { buildVjp } from './reverse/index.ts';
it('x', () => {
  const seed = Number(process.env.SEED);
  const primal = copyWritten(randomFunction(seed, { size: 6 + (seed % 40), relaxed: 0 })).fn;
  const vjp = buildVjp(optimize(primal), { inputs: [0,1,2,3], seeds: 'parameters', withValues: false });
  console.log(printFunction(optimize(primal)));
  console.log(printFunction(vjp));
  console.log(printFunction(optimize(vjp)));
  for (const p of passes) console.log(p.name, printFunction(p.run(vjp))===printFunction(vjp));
});
