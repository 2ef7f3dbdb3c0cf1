/** Hand-built functions for tests of passes, in as few words as possible. */

import type { Builder } from '../../ir/build.ts';
import { arrayOf, bool, createBuilder, int, real } from '../../ir/build.ts';
import { printFunction } from '../../ir/print.ts';
import type { IrFunction, NumberStorage, Type, ValueId } from '../../ir/types.ts';

export const userOrigin = { kind: 'source', file: '/f.ts', start: 0, end: 1, line: 1, column: 1 } as const;

type TypeName = 'real' | 'int' | 'bool' | `${NumberStorage}[]`;

export function typeNamed(name: TypeName): Type {
  if (name === 'real') return real;
  if (name === 'int') return int;
  return name === 'bool' ? bool : arrayOf(name.slice(0, -2) as NumberStorage);
}

/** A function of the parameters named, whose body is what `write` appends and whose results are what it returns. */
export function smallFunction<Names extends string>(
  types: Record<Names, TypeName>,
  write: (b: Builder, params: Record<Names, ValueId>) => readonly ValueId[],
  exact = true,
): IrFunction {
  const b = createBuilder(userOrigin, [], exact);
  const params = (Object.entries(types) as [Names, TypeName][]).map(([name, type]) => ({
    id: b.value(typeNamed(type), name),
    name,
    role: 'primal' as const,
  }));
  const named = Object.fromEntries(params.map(({ name, id }) => [name, id])) as Record<Names, ValueId>;
  const body = b.region(
    params.map((param) => param.id),
    () => write(b, named),
  );
  const results = body.yields.map((_, i) => ({ name: `r${i}`, kind: 'returned' as const }));
  return { name: 'f', params, results, body, values: b.values, origin: userOrigin };
}

/** A counted loop with carried numbers; gives the outs. */
export function countedLoop(
  b: Builder,
  from: ValueId,
  to: ValueId,
  inits: readonly ValueId[],
  write: (index: ValueId, carried: readonly ValueId[]) => readonly ValueId[],
  step = 1,
): readonly ValueId[] {
  const index = b.value(int, 'i');
  const types = inits.map((id) => (b.typeOf(id).kind === 'int' ? real : b.typeOf(id)));
  const carried = types.map((type) => b.value(type));
  const body = b.region([index, ...carried], () => write(index, carried));
  const outs = types.map((type) => b.value(type));
  b.push({ kind: 'for', from, to, step, inits, body, outs, exits: false, origin: b.origin });
  return outs;
}

/** The lines of the body as text, without indentation at their ends. */
export function bodyText(fn: IrFunction): string {
  return printFunction(fn).split('\n').slice(1).join('\n').trimEnd();
}
