/**
 * Expansion: derivatives that a program calls become functions of it, innermost first.
 *   In:      a program as it was lowered.      Out: a program without `derived`; what was called there stands among the callees.
 *   Example: y = call grad(square) x   →   y = call grad(square) x, where grad(square) is the function x ↦ 2·x
 *   Never:   makes a derivative that nobody calls.
 */

import { type Circular, createRuleMaker, draftRules } from './custom-rules.ts';
import { InternalError } from './diagnostics/internal.ts';
import type { CustomRule, DerivedCallee, IrFunction, IrProgram } from './ir/types.ts';
import { walkFunction } from './ir/walk.ts';
import { defaultInlineBudget, type Inlined, inlineProgram } from './optimize/index.ts';
import { ownBuffers } from './transform/own-buffers.ts';
import { type Between, buildProduct } from './transform/products.ts';
import { buildVjp } from './transform/reverse/index.ts';

/** `rules`: the derivatives that the user gives, made. */
export type Expanded =
  | { readonly kind: 'expanded'; readonly program: IrProgram; readonly rules: ReadonlyMap<string, CustomRule> | undefined }
  | Unmade;

type Unmade = Exceeded | Circular;
type Exceeded = Extract<Inlined, { kind: 'exceeded' }>;

interface Expansion {
  readonly program: IrProgram;
  /** Functions of the program, and the derivatives made so far. */
  readonly callees: Map<string, IrFunction>;
  readonly between: Between;
  /** Ways to save work that are not taken. */
  readonly disabled: ReadonlySet<string> | undefined;
  readonly rules: Map<string, CustomRule>;
  /** Derivatives being made, outermost first. */
  readonly open: string[];
}

export function expandDerived(program: IrProgram, between: Between, disabled?: ReadonlySet<string>): Expanded {
  const expansion: Expansion = { program, callees: new Map(program.callees), between, disabled, rules: draftRules(program), open: [] };
  const failed = makeRules(expansion) ?? makeCalled(program.main, expansion, new Set());
  if (failed) return failed;
  const { derived: _, ...rest } = program;
  return { kind: 'expanded', program: { ...rest, callees: expansion.callees }, rules: program.rules && expansion.rules };
}

/** The rules of functions that a rule calls come before it. */
function makeRules(expansion: Expansion): Unmade | undefined {
  const { program, callees, rules, between } = expansion;
  const maker = createRuleMaker(rules, between);
  for (const [key, { vjp, jvp }] of program.rules ?? []) {
    for (const name of [vjp, jvp]) {
      const fn = name === undefined ? undefined : callees.get(name);
      const exceeded = fn && makeCalled(fn, expansion, new Set());
      if (exceeded) return exceeded;
    }
    const exceeded = maker.add(key, { ...program, callees });
    if (exceeded) return exceeded;
  }
  return maker.left();
}

/** Makes every derivative that a function calls, also through others. */
function makeCalled(fn: IrFunction, expansion: Expansion, seen: Set<string>): Exceeded | undefined {
  const called = new Set<string>();
  walkFunction(fn, (op) => {
    if (op.kind === 'call' && !seen.has(op.callee)) called.add(op.callee);
  });
  for (const key of called) {
    seen.add(key);
    const derivative = expansion.program.derived?.get(key);
    const callee = expansion.program.callees.get(key);
    const exceeded = derivative ? make(key, derivative, expansion) : callee && makeCalled(callee, expansion, seen);
    if (exceeded) return exceeded;
  }
  return undefined;
}

function make(key: string, derivative: DerivedCallee, expansion: Expansion): Exceeded | undefined {
  const { program, callees, between, rules, open } = expansion;
  const of = callees.get(derivative.of);
  if (callees.has(key)) return undefined;
  if (!of || open.includes(key)) throw new InternalError(`${key} ${of ? 'needs itself' : 'is of an unknown function'}`);
  open.push(key);
  const exceeded = makeCalled(of, expansion, new Set());
  open.pop();
  if (exceeded) return exceeded;
  const inlined = inlineProgram({ ...program, main: of, callees }, defaultInlineBudget, program.rules && rules);
  if (inlined.kind === 'exceeded') return inlined;
  const made = ownBuffers(derivativeOf(between('inline', inlined.fn), derivative, expansion));
  callees.set(key, { ...between('derivative', made), name: key });
  return undefined;
}

/** The seeds of a product are compared with the values that they belong to, so these come along. */
function derivativeOf(primal: IrFunction, { product, inputs }: DerivedCallee, { between, disabled }: Expansion): IrFunction {
  if (product === 'vjp') return buildVjp(primal, { inputs, seeds: 'parameters', withValues: true, disabled });
  return buildProduct(primal, product, inputs, between, disabled);
}
