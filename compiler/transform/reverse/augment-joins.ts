/** Where references are joined, their shadows are: at branches, in what loops carry, on the way into local functions and out of them. */
import { type Builder, infoOf } from '../../ir/build.ts';
import { isNumbers, shadowType } from '../../ir/memory-types.ts';
import type { ApplyOp, ForOp, FunctionsOp, IfOp, Region, ValueId, WhileOp } from '../../ir/types.ts';
import { zerosBeside } from '../twins.ts';
import { augmentRegion, isMoving, shadowHint, shadowOf, type Work } from './augment.ts';
import { type Choice, choiceCounter, choicesOf, type KeptChoice } from './choice.ts';
import type { LoopOp } from './context.ts';

export function augmentIf(work: Work, op: IfOp): void {
  const moving = op.outs.map((out, i) => ({ out, i })).filter(({ out }) => isMoving(work, out));
  const then = augmentRegion(work, op.then, false);
  const otherwise = augmentRegion(work, op.otherwise, false);
  const shadows = moving.map(({ out }) => carryShadow(work, out));
  const extra = (region: Region): ValueId[] => moving.map(({ i }) => shadowOf(work, region.yields[i] as ValueId));
  work.b.push({
    ...op,
    then: { ...then, yields: [...then.yields, ...extra(then)] },
    otherwise: { ...otherwise, yields: [...otherwise.yields, ...extra(otherwise)] },
    outs: [...op.outs, ...shadows],
  });
}

/** References go in and out of local functions with their shadows. */
export function augmentFunctions(work: Work, op: FunctionsOp): void {
  if (op.keys) return work.b.push(op);
  const bodies = op.bodies.map((body) => {
    const shadows = body.params.filter((id) => isMoving(work, id)).map((id) => carryShadow(work, id));
    const inner = augmentRegion(work, { ...body, params: [...body.params, ...shadows] }, false);
    return { ...inner, yields: [...inner.yields, ...shadowsAmong(work, body.yields)] };
  });
  work.b.push({ ...op, bodies });
}

export function augmentApply(work: Work, op: ApplyOp): void {
  const rule = work.ruled.get(op.callee);
  if (rule) return augmentRuled(work, op);
  const args = [...op.args, ...shadowsAmong(work, op.args)];
  const outs = op.outs.filter((id) => isMoving(work, id)).map((id) => carryShadow(work, id));
  work.b.push({ ...op, args, outs: [...op.outs, ...outs] });
}

/** What the user's rule is given in the reverse sweep is as it was at the call. */
function augmentRuled(work: Work, op: ApplyOp): void {
  const { b, memory } = work;
  const kept = op.args.map((id) => {
    const { type } = infoOf(work.fn.values, id);
    if (type.kind !== 'array' || memory.classOf(id).writes.length === 0) return id;
    return b.define('copy', isNumbers(type) ? { array: id } : { array: id, deep: true }, type, b.hintOf(id));
  });
  b.push(op);
  work.keptArguments.set(op, kept);
  for (const id of op.outs) {
    const { type } = infoOf(work.fn.values, id);
    const isActive = type.kind === 'array' && work.activity.isActiveMemory(memory.classOf(id));
    if (isActive) work.shadows.set(id, zerosBeside(b, id, type, shadowHint(work, id)));
  }
}

const shadowsAmong = (work: Work, ids: readonly ValueId[]): ValueId[] =>
  ids.filter((id) => isMoving(work, id)).map((id) => shadowOf(work, id));

/** A new reference for the shadow of a joined one. */
function carryShadow(work: Work, id: ValueId): ValueId {
  const shadow = work.b.value(shadowType(infoOf(work.fn.values, id).type), shadowHint(work, id));
  work.shadows.set(id, shadow);
  return shadow;
}

/** What a loop carries in addition: initial value, parameter, what the body yields for it, out. */
interface Extra {
  readonly init: ValueId;
  readonly param: ValueId;
  readonly yielded: () => ValueId;
  readonly out: ValueId;
}

export function augmentLoop(work: Work, op: LoopOp): void {
  const { b } = work;
  const params = op.kind === 'for' ? op.body.params.slice(1) : op.body.params;
  const skip = op.exits ? 1 : 0;
  const extras: Extra[] = params.flatMap((param, i) =>
    isMoving(work, param)
      ? [
          {
            init: shadowOf(work, op.inits[i] as ValueId),
            param: carryShadow(work, param),
            yielded: () => shadowOf(work, op.body.yields[i + skip] as ValueId),
            out: carryShadow(work, op.outs[i + skip] as ValueId),
          },
        ]
      : [],
  );
  const count = countingExtra(work, op);
  if (count) extras.push(count);
  const choices = op.kind === 'for' && work.keepsChoices ? (choicesOf(op, work.activity, work.memory) ?? []) : [];
  const counters = new Map<string, Extra>();
  for (const choice of choices) if (!counters.has(choice.test)) counters.set(choice.test, choiceCounter(b, op as ForOp, choice));
  extras.push(...counters.values());
  if (op.kind === 'while') op.condition.params.forEach((param) => isMoving(work, param) && carryShadow(work, param));
  const inner = augmentRegion(work, { ...op.body, params: [...op.body.params, ...extras.map(({ param }) => param)] }, false);
  const tail = b.region([], () => extras.map(({ yielded }) => yielded()));
  const body = { ...inner, ops: [...inner.ops, ...tail.ops], yields: [...inner.yields, ...tail.yields] };
  const carried = { inits: [...op.inits, ...extras.map(({ init }) => init)], outs: [...op.outs, ...extras.map(({ out }) => out)], body };
  const done: LoopOp = op.kind === 'for' ? { ...op, ...carried } : { ...op, ...carried, condition: widenCondition(work, op, extras) };
  if (count) work.counts.set(done, count.out);
  if (choices.length > 0)
    work.choices.set(
      done,
      choices.map((choice) => keptChoice(choice, counters.get(choice.test) as Extra)),
    );
  b.push(done);
}

const keptChoice = (choice: Choice, { out, init }: Extra): KeptChoice => ({ ...choice, at: out, none: init });

function widenCondition(work: Work, op: WhileOp, extras: readonly Extra[]): Region {
  const added = extras.map(({ param }) => work.b.value(infoOf(work.b.values, param).type));
  return { ...op.condition, params: [...op.condition.params, ...added] };
}

/** Iterations begun, or the last counter: whatever the reverse loop starts from. */
function countingExtra(work: Work, op: LoopOp): Extra | undefined {
  const { b } = work;
  if (op.kind === 'while') {
    const param = b.value({ kind: 'int' }, 'trips');
    const yielded = (): ValueId => b.prim('add', [param, b.constant(1)], 'trips');
    return { init: b.constant(0), param, yielded, out: b.value({ kind: 'int' }, 'trips') };
  }
  return op.exits ? lastCounter(b, op) : undefined;
}

function lastCounter(b: Builder, op: ForOp): Extra {
  const index = op.body.params[0] as ValueId;
  const hint = b.hintOf(index);
  const name = hint === undefined ? 'last' : `last${hint.charAt(0).toUpperCase()}${hint.slice(1)}`;
  const init = b.prim('sub', [op.from, b.constant(op.step)]);
  return { init, param: b.value({ kind: 'int' }, name), yielded: () => index, out: b.value({ kind: 'int' }, name) };
}
