/** The reverse of an `if`: the reverse of the branch that ran; adjoints of values from outside are its results. */
import { real } from '../../ir/build.ts';
import type { IfOp, Region, ValueId } from '../../ir/types.ts';
import { adjointHint, type ReverseContext } from './context.ts';
import { decide, type Fact, guardedCode } from './exits.ts';
import { fuseBranch } from './fuse.ts';
import { mattersToReverse } from './loop.ts';
import { openShadows } from './memory.ts';
import { reverseOfOps } from './region.ts';
import { type AdjointScope, createScope } from './scope.ts';

export function reverseOfIf(cx: ReverseContext, scope: AdjointScope, op: IfOp): void {
  if (!mattersToReverse(cx, op)) return;
  if (fuseBranch(cx, scope, op)) return;
  const seeds = op.outs.map((out) => scope.take(out));
  const decision = decide(op, cx.facts, cx.definitions);
  if (decision === 'then' || decision === 'otherwise') return reverseOfTaken(cx, scope, op, decision, seeds);
  const cond = decision === undefined ? op.cond : decision.test(cx.b);
  const branchOf = (region: Region): Branch => {
    const inner = createScope(cx.b, scope);
    return { inner, region: writeBranch(cx, inner, op, region, seeds) };
  };
  joinBranches(cx, scope, op, cond, [branchOf(op.then), branchOf(op.otherwise)]);
}

interface Branch {
  readonly inner: AdjointScope;
  readonly region: Region;
}

function writeBranch(cx: ReverseContext, inner: AdjointScope, op: IfOp, region: Region, seeds: readonly (ValueId | undefined)[]): Region {
  return withFacts(cx, factsFor(cx, op, region), () =>
    cx.b.region([], () => {
      reverseOfBranch(cx, inner, region, seeds);
      return [];
    }),
  );
}

/** One branch is known to have run: its reverse stands in line, still as a region of its own for what it needs. */
function reverseOfTaken(
  cx: ReverseContext,
  scope: AdjointScope,
  op: IfOp,
  taken: 'then' | 'otherwise',
  seeds: readonly (ValueId | undefined)[],
): void {
  const inner = createScope(cx.b, scope);
  const region = op[taken];
  const code = guardedCode(op, cx.definitions);
  if (code !== undefined) noteGuardedCode(cx, op, code, taken);
  const written = writeBranch(cx, inner, op, region, seeds);
  const always = cx.b.constant(true);
  const nothing = { region: cx.b.region([], () => []), inner: createScope(cx.b, scope) };
  const branch = { region: written, inner };
  if (taken === 'then') joinBranches(cx, scope, op, always, [branch, nothing]);
  else joinBranches(cx, scope, op, cx.b.constant(false), [nothing, branch]);
}

/** Which side of a guard `if (code == 0)` ran says what the code was. */
function noteGuardedCode(cx: ReverseContext, op: IfOp, code: ValueId, taken: 'then' | 'otherwise'): void {
  if (taken === 'then') cx.facts.set(code, 'zero');
  const handedOn = op.outs.find((out, at) => cx.facts.has(out) && op.otherwise.yields[at] === code);
  if (taken === 'otherwise' && handedOn !== undefined) cx.facts.set(code, cx.facts.get(handedOn) as Fact);
}

function reverseOfBranch(cx: ReverseContext, inner: AdjointScope, region: Region, seeds: readonly (ValueId | undefined)[]): void {
  openShadows(cx, region, cx.lengthOf);
  region.yields.forEach((yielded, at) => {
    const seed = seeds[at];
    if (seed !== undefined && cx.activity.isActiveNumber(yielded)) inner.add(yielded, seed, adjointHint(cx, yielded));
  });
  reverseOfOps(cx, inner, region.ops);
}

/** What is known about an out is known about what the branch that ran yields for it. */
function factsFor(cx: ReverseContext, op: IfOp, region: Region): [ValueId, Fact][] {
  return op.outs.flatMap((out, at) => {
    const fact = cx.facts.get(out);
    return fact === undefined ? [] : [[region.yields[at] as ValueId, fact] as [ValueId, Fact]];
  });
}

export function withFacts<T>(cx: ReverseContext, facts: readonly (readonly [ValueId, Fact])[], write: () => T): T {
  const before = new Map(cx.facts);
  for (const [id, fact] of facts) cx.facts.set(id, fact);
  try {
    return write();
  } finally {
    cx.facts.clear();
    for (const [id, fact] of before) cx.facts.set(id, fact);
  }
}

function joinBranches(cx: ReverseContext, scope: AdjointScope, op: IfOp, cond: ValueId, branches: readonly [Branch, Branch]): void {
  const { b } = cx;
  const outside = outsideValues(cx, scope, op, branches);
  const finish = ({ region, inner }: Branch): Region => {
    const zeros = b.region([], () => outside.map((id) => inner.get(id) ?? b.constant(0)));
    return { ...region, ops: [...region.ops, ...zeros.ops], yields: zeros.yields };
  };
  const [then, otherwise] = [finish(branches[0]), finish(branches[1])];
  const outs = outside.map((id) => b.value(real, adjointHint(cx, id)));
  b.push({ kind: 'if', cond, then, otherwise, outs, origin: b.origin });
  outside.forEach((id, i) => {
    scope.set(id, outs[i]);
  });
  cx.mirrors.push({ forward: op.then, owner: op, kind: 'branch', reverse: then, known: new Map() });
  cx.mirrors.push({ forward: op.otherwise, owner: op, kind: 'branch', reverse: otherwise, known: new Map() });
}

/** Values from outside of the `if` to which its branches contributed. Where both leave the same adjoint, that is it. */
function outsideValues(cx: ReverseContext, scope: AdjointScope, op: IfOp, branches: readonly [Branch, Branch]): ValueId[] {
  const [then, otherwise] = branches;
  const changed = [...new Set([...then.inner.changed(), ...otherwise.inner.changed()])].sort((x, y) => x - y);
  const home = cx.definitions.placeOfOp(op);
  return changed.filter((id) => {
    if (cx.definitions.definitionOf(id).place.depth > home.depth) return false;
    const [one, other] = [then.inner.get(id), otherwise.inner.get(id)];
    if (one !== other) return true;
    scope.set(id, one);
    return false;
  });
}
