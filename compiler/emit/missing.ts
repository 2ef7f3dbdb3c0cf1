/** Which values may be null or undefined: such constants, optional fields, and what they reach through branches and loops. */
import { isRecord, isReference, isRefs, sameType } from '../ir/memory-types.ts';
import type { IrFunction, LoadOp, Op, ValueId } from '../ir/types.ts';
import { walkFunction } from '../ir/walk.ts';

/**
 * Each such value with the word for what may stand there; `moves`: ways that values take besides branches and loops; `given`: what is
 * known of parameters.
 */
export function findMissing(
  fn: IrFunction,
  moves: readonly (readonly [to: ValueId, from: ValueId])[] = [],
  given: Iterable<readonly [ValueId, string]> = [],
): Map<ValueId, string> {
  const missing = new Map(given);
  const joins = [...moves];
  walkFunction(fn, (op) => {
    if (op.kind === 'const' && (op.value === null || op.value === undefined)) missing.set(op.out, String(op.value));
    if (op.kind === 'load' && isOptionalReference(op, fn)) missing.set(op.out, eitherWord);
    joins.push(...joinsOf(op));
  });
  if (missing.size === 0) return missing;
  for (let changed = true; changed; ) {
    changed = false;
    for (const [to, from] of joins) {
      const word = missing.get(from);
      const known = missing.get(to);
      if (word === undefined || known === word || known === eitherWord) continue;
      missing.set(to, known === undefined ? word : eitherWord);
      changed = true;
    }
  }
  return missing;
}

const eitherWord = 'null | undefined';

/** A reference in an optional field is tested where it is used; a number there is read only where it is present. */
function isOptionalReference({ array, out }: LoadOp, fn: IrFunction): boolean {
  const type = fn.values[array]?.type;
  return (
    isReference(fn.values[out]?.type) &&
    isRecord(type) &&
    type.fields.some(({ optional, type: field }) => optional && sameType(field, fn.values[out]?.type))
  );
}

/** Which values a branch or loop hands on as which. */
export function joinsOf(op: Op): (readonly [ValueId, ValueId])[] {
  const pairs = (to: readonly ValueId[], from: readonly ValueId[]): (readonly [ValueId, ValueId])[] =>
    to.flatMap((id, i) => (from[i] === undefined ? [] : [[id, from[i] as ValueId] as const]));
  if (op.kind === 'prim' && op.prim === 'select') return pairs([op.out, op.out], op.args.slice(1));
  if (op.kind === 'if') return [...pairs(op.outs, op.then.yields), ...pairs(op.outs, op.otherwise.yields)];
  if (op.kind !== 'for' && op.kind !== 'while') return [];
  const shift = op.exits ? 1 : 0;
  const outs = op.outs.slice(shift);
  const params = op.body.params.slice(op.kind === 'for' ? 1 : 0);
  const tests = op.kind === 'while' ? pairs(op.condition.params, outs) : [];
  return [...pairs(outs, op.inits), ...pairs(outs, op.body.yields.slice(shift)), ...pairs(params, outs), ...tests];
}

/** Is an element of a list of references stored anywhere but in it or right behind its end, or stored as null? */
export function makesHoles(fn: IrFunction): boolean {
  const ends = new Set<ValueId>();
  const nothing = new Set<ValueId>();
  let found = false;
  walkFunction(fn, (op) => {
    if (op.kind === 'length') ends.add(op.out);
    if (op.kind === 'const' && (op.value === null || op.value === undefined)) nothing.add(op.out);
    if (op.kind !== 'store' || !isRefs(fn.values[op.array]?.type)) return;
    if (nothing.has(op.value) || (op.access === 'checked' && !ends.has(op.index))) found = true;
  });
  return found;
}
