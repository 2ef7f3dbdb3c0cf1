import { describe, expect, it } from 'vitest';
import { real } from '../ir/build.ts';
import { checkFunction } from '../ir/check.ts';
import { interpret } from '../ir/interpret.ts';
import type { IrProgram } from '../ir/types.ts';
import { inlineProgram } from './inline.ts';
import { bodyText, smallFunction } from './testing/small-function.ts';

const square = smallFunction({ x: 'real' }, (b, { x }) => [b.prim('mul', [x, x], 'squared')]);
const fill = smallFunction({ a: 'f64[]', v: 'real' }, (b, { a, v }) => {
  const out = b.value(real);
  b.push({ kind: 'call', callee: 'square', args: [v], outs: [out], origin: b.origin });
  b.effect('fill', { array: a, value: out });
  return [a];
});
const main = smallFunction({ a: 'f64[]', x: 'real' }, (b, { a, x }) => {
  const filled = b.value({ kind: 'array', storage: 'f64' });
  const [first, second] = [b.value(real, 'first'), b.value(real)];
  b.push({ kind: 'call', callee: 'fill', args: [a, x], outs: [filled], origin: b.origin });
  b.push({ kind: 'call', callee: 'square', args: [x], outs: [first], origin: b.origin });
  b.push({ kind: 'call', callee: 'square', args: [first], outs: [second], origin: b.origin });
  return [b.prim('add', [second, b.load(filled, b.constant(0), 'checked')])];
});
const program: IrProgram = {
  main,
  callees: new Map([
    ['square', square],
    ['fill', fill],
  ]),
};

describe('inline', () => {
  it('replaces calls by bodies with values of their own', () => {
    const result = inlineProgram(program);
    if (result.kind !== 'inlined') throw new Error('not inlined');
    expect(checkFunction(result.fn)).toEqual([]);
    expect(bodyText(result.fn)).not.toMatch(/call/);
    expect(interpret(result.fn, [new Float64Array(2), 3])).toEqual(interpret(program, [new Float64Array(2), 3]));
  });

  it('says where the budget ran out', () => {
    const result = inlineProgram(program, { operations: 4 });
    expect(result).toMatchObject({ kind: 'exceeded', callee: 'square' });
  });
});
