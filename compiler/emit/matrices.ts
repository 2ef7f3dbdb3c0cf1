/** Jacobians and Hessians: one matrix, the caller's or a new one, which is filled in place and handed back. */
import { invariant } from '../diagnostics/internal.ts';
import type { DerivedFunction } from '../ir/program.ts';
import type { AllocOp, IrFunction, ValueId } from '../ir/types.ts';
import { freeValues, operandsOf, regionsOf } from '../ir/walk.ts';
import { outside } from './memory-classes.ts';
import { apartChecks, plainInputs } from './output-checks.ts';
import type { Making } from './result-checks.ts';
import type { Expr, Stmt, Variable } from './syntax.ts';
import { assign, binary, call, read, text } from './syntax.ts';

export const isMatrix = ({ kind }: DerivedFunction): boolean => kind === 'jacobian' || kind === 'hessian';

/** How the memory of a result comes about. */
export interface ResultMemory {
  readonly before: readonly Stmt[];
  readonly value: Expr;
  /** When it is not zero yet and must be. */
  readonly isDirty: Expr | undefined;
}

export interface MatrixResult {
  readonly checks: readonly Stmt[];
  memory(op: AllocOp, at: (id: ValueId) => Expr): ResultMemory;
  finish(): readonly Stmt[];
}

/** Records and lists that may hold memory of `out` are looked at ahead of the work, arrays where the matrix is made. */
export function planMatrix(making: Making): MatrixResult {
  const { plan, origin } = making;
  const { ir, kind } = plan.derived;
  const out = plan.out?.variable;
  invariant(out !== undefined && ir.results.length === 3, `${plan.derived.name} is no matrix`);
  const matrix: Variable = { id: -1, type: plan.returnType, hints: [kind], fixed: false, named: true };
  const isGiven = binary('!==', read(out), text('undefined'));
  const then = apartChecks(valuesOf(out), making);
  return {
    checks: then.length === 0 ? [] : [{ kind: 'if', test: isGiven, then, otherwise: [], origin }],
    memory(op, at) {
      const [rows, cols] = ir.body.yields.slice(0, 2).map(at) as [Expr, Expr];
      const made = call('matrixBuffer', [rows, cols, read(out), ...plainInputs(making)], false);
      return { before: [assign(matrix, made, op.origin)], value: valuesOf(matrix), isDirty: isFilled(ir, op) ? undefined : isGiven };
    },
    finish: () => [{ kind: 'return', value: read(matrix), origin }],
  };
}

function valuesOf(matrix: Variable): Expr {
  return { kind: 'element', array: read(matrix), index: text('values'), memory: outside, raw: true, field: 'values' };
}

/** Is each element stored exactly once, one after the other, and none read? */
function isFilled(fn: IrFunction, { out, length }: AllocOp): boolean {
  const constants = new Map(
    fn.body.ops.flatMap((op) => (op.kind === 'const' && typeof op.value === 'number' ? [[op.out, op.value] as const] : [])),
  );
  const stored = new Set<number>();
  for (const op of fn.body.ops) {
    const at = op.kind === 'store' && op.array === out ? constants.get(op.index) : undefined;
    if (at !== undefined) stored.add(at);
    else if (operandsOf(op).includes(out) || regionsOf(op).some((region) => freeValues(region).has(out))) return false;
  }
  return stored.size === constants.get(length);
}
