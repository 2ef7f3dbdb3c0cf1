/** What may be undefined or null: `??`, `?.`, comparisons with either, and numbers that go along with whether they are there. */
import { ts } from '#ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import { isReference } from '../../ir/memory-types.ts';
import type { Type, ValueId } from '../../ir/types.ts';
import { missingOf } from '../classify.ts';
import { typeOfKind } from '../kinds.ts';
import { bare, spanOf } from '../syntax.ts';
import { from, type Lowering, mayBeNothing, missingValue, report } from './context.ts';
import { choose } from './exits.ts';
import { lowerExpression } from './expressions.ts';
import { lowerCondition, truthOf } from './logic.ts';
import { type AccessNode, isAccess, lowerPlace, type MemoryPlace, placeIn, presentAt, rawLoad } from './places.ts';

/** A value that is read only where it is there. */
interface Maybe {
  /** Whether it is; undefined: certainly. */
  readonly there: ValueId | undefined;
  readonly read: () => ValueId;
}

/** `undefined`, `null` or `void 0`. */
export function isMissingLiteral(f: Lowering, node: ts.Expression): boolean {
  if (node.kind === ts.SyntaxKind.NullKeyword || ts.isVoidExpression(node)) return true;
  return ts.isIdentifier(node) && node.text === 'undefined' && !f.env.has(f.cx.types.symbolAt(node) as ts.Symbol);
}

/** `undefined` or `null` as a value: of the type that its place asks for. */
export function lowerMissing(f: Lowering, node: ts.Expression): ValueId {
  const wanted = f.cx.types.wantedAt(node);
  const type: Type = (wanted && typeOfKind(wanted)) ?? { kind: 'real' };
  from(f, node);
  const value = missingValue(f, type, node.kind === ts.SyntaxKind.NullKeyword ? null : undefined);
  if (!isReference(type)) f.absent.add(value);
  return value;
}

/** `a ?? b`. */
export function lowerEither(f: Lowering, node: ts.BinaryExpression): ValueId {
  return settled(f, eitherOf(f, node));
}

function eitherOf(f: Lowering, node: ts.BinaryExpression): Maybe {
  const left = maybeOf(f, node.left);
  if (left.there === undefined) return left;
  if (!f.cx.types.mayBeMissing(node.right)) {
    const [value] = choose(
      f,
      node,
      left.there,
      () => [left.read()],
      () => [lowerExpression(f, node.right)],
      left.value,
    );
    return certain(value as ValueId);
  }
  return chooseMaybe(
    f,
    node,
    left.there,
    () => ({ ...left, there: undefined }),
    () => maybeOf(f, node.right),
  );
}

const certain = (value: ValueId): Maybe => ({ there: undefined, read: () => value });

/** The value, whether or not it is there; that it may not be is remembered. */
function settled(f: Lowering, { there, read }: Maybe): ValueId {
  const value = read();
  if (there !== undefined && !isReference(f.b.typeOf(value))) f.reads.set(value, there);
  return value;
}

/** One of two values that may be missing. */
function chooseMaybe(f: Lowering, node: ts.Node, cond: ValueId, then: () => Maybe, otherwise: () => Maybe): Maybe {
  const side = (make: () => Maybe) => (): readonly ValueId[] => {
    const { there, read } = make();
    const value = read();
    return [value, f.absent.has(value) ? f.b.constant(false) : (there ?? f.b.constant(true))];
  };
  const [value, there] = choose(f, node, cond, side(then), side(otherwise)) as [ValueId, ValueId];
  const isObject = isReference(f.b.typeOf(value));
  return { there: isObject ? from(f, node).prim('given', [value]) : there, read: () => value };
}

/** A value with the test whether it is there. What is read from memory is read only after the test. */
function maybeOf(f: Lowering, node: ts.Expression): Maybe & { readonly value?: ValueId } {
  const at = bare(node);
  if (isMissingLiteral(f, at)) return { there: from(f, at).constant(false), read: () => lowerMissing(f, at) };
  if (ts.isOptionalChain(at)) return chainOf(f, at);
  if (isAccess(f.cx, at)) return maybeOfPlace(f, at, lowerPlace(f, at));
  if (isEither(at)) return eitherOf(f, at);
  if (ts.isConditionalExpression(at) && f.cx.types.mayBeMissing(at)) {
    const cond = lowerCondition(f, at.condition);
    return chooseMaybe(
      f,
      at,
      cond,
      () => maybeOf(f, at.whenTrue),
      () => maybeOf(f, at.whenFalse),
    );
  }
  const value = lowerExpression(f, at);
  return { there: givenTest(f, at, value), read: () => value, value };
}

function isEither(node: ts.Expression): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken;
}

function maybeOfPlace(f: Lowering, node: ts.Expression, place: MemoryPlace | undefined): Maybe {
  if (!place) return { there: from(f, node).constant(false), read: () => lowerMissing(f, node) };
  const isCertain = place.access === 'inRange' && !place.optional && !f.cx.types.mayBeMissing(node);
  return { there: isCertain ? undefined : presentAt(f, node, place), read: () => rawLoad(f, node, place) };
}

/** `o?.x`, `o?.a.b`, `a?.[i]`: the rest of the chain is evaluated only where the object is there. */
export function lowerChain(f: Lowering, node: ts.Expression): ValueId {
  return settled(f, chainOf(f, node));
}

function chainOf(f: Lowering, node: ts.Expression): Maybe {
  return linkOf(f, node, (value, there) => ({ there, read: () => value }));
}

/** `then` goes on with what the link gives. */
function linkOf(f: Lowering, node: ts.Expression, then: (value: ValueId, there: ValueId | undefined) => Maybe): Maybe {
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return certain(lowerExpression(f, node));
  const object = bare(node.expression);
  const onward = (value: ValueId): Maybe => access(f, node, value, then);
  if (!node.questionDotToken) return linkOf(f, object, onward);
  const { there, read } = maybeOf(f, object);
  if (there === undefined) return onward(read());
  return chooseMaybe(
    f,
    node,
    there,
    () => onward(read()),
    () => ({ there: f.b.constant(false), read: () => absentOf(f, node) }),
  );
}

function access(f: Lowering, node: AccessNode, object: ValueId, then: (value: ValueId, there: ValueId | undefined) => Maybe): Maybe {
  if (isLength(f, node, object)) return then(from(f, node).length(object), undefined);
  const { there, read } = maybeOfPlace(f, node, placeIn(f, node, object));
  const isNumberLike = !isReference(typeAt(f, node) ?? { kind: 'real' });
  return then(read(), isNumberLike ? there : undefined);
}

function isLength(f: Lowering, node: AccessNode, object: ValueId): boolean {
  const type = f.b.typeOf(object);
  return ts.isPropertyAccessExpression(node) && node.name.text === 'length' && type.kind === 'array' && type.storage !== 'record';
}

function typeAt(f: Lowering, node: ts.Node): Type | undefined {
  return typeOfKind(f.cx.types.kindAt(node));
}

/** What a chain gives that was left. */
function absentOf(f: Lowering, node: ts.Node): ValueId {
  const type = typeAt(f, node) ?? { kind: 'real' };
  const value = missingValue(f, type);
  if (!isReference(type)) f.absent.add(value);
  return value;
}

/** Is there a value? */
export function lowerGiven(f: Lowering, node: ts.Expression): ValueId {
  const at = bare(node);
  if (isAccess(f.cx, at) && !ts.isOptionalChain(at)) {
    const place = lowerPlace(f, at);
    return place ? presentAt(f, at, place) : from(f, at).constant(false);
  }
  const { there, read } = maybeOf(f, at);
  if (there !== undefined && !ts.isOptionalChain(at)) return there;
  const value = read();
  return there ?? givenTest(f, at, value) ?? from(f, at).constant(true);
}

/** The test whether a value is there; undefined where it always is. */
export function givenTest(f: Lowering, node: ts.Node, value: ValueId): ValueId | undefined {
  if (f.absent.has(value)) return from(f, node).constant(false);
  if (f.optional.has(value)) return from(f, node).prim('given', [value]);
  const known = f.reads.get(value);
  if (known !== undefined) return known;
  const mayMiss = f.cx.types.mayBeMissing(node);
  if (isReference(f.b.typeOf(value)))
    return mayMiss || !f.cx.strictNull || mayBeNothing(f, value) ? from(f, node).prim('given', [value]) : undefined;
  const element = f.elements.get(value);
  if (element === undefined && (mayMiss || !isSurelyThere(f, value)) && !f.refused.has(value))
    report(f.cx, messages.maybeMissing(spanOf(node), node.getText()));
  return element;
}

/** Computed numbers and the marked function's own parameters are there; an element out of range can come through everything else. */
function isSurelyThere(f: Lowering, value: ValueId): boolean {
  const definer = f.b.definerOf(value);
  if (!definer) return f.counters.has(value) || (f.cx.active.length === 1 && f.params.has(value));
  if (definer.kind === 'load') return definer.access === 'inRange';
  if (definer.kind !== 'if') return !['for', 'while', 'call'].includes(definer.kind);
  const at = definer.outs.indexOf(value);
  return [definer.then, definer.otherwise].every(({ yields }) => isSurelyThere(f, yields[at] as ValueId));
}

/** `value === undefined` and the like. */
export function missingTest(f: Lowering, node: ts.BinaryExpression, value: ts.Expression, literal: ts.Expression): ValueId {
  const operator = node.operatorToken.kind;
  const isNot = operator === ts.SyntaxKind.ExclamationEqualsToken || operator === ts.SyntaxKind.ExclamationEqualsEqualsToken;
  const isStrict = operator === ts.SyntaxKind.ExclamationEqualsEqualsToken || operator === ts.SyntaxKind.EqualsEqualsEqualsToken;
  const asked = literal.kind === ts.SyntaxKind.NullKeyword ? 'null' : 'undefined';
  const possible = missingOf(f.cx.types.checker.getTypeAtLocation(value));
  if (isStrict && possible.length === 2) report(f.cx, messages.nullOrUndefined(spanOf(node), value.getText()));
  const given = lowerGiven(f, value);
  const isOther = isStrict && f.cx.strictNull && asked === 'null' && !possible.includes('null');
  if (isOther) return from(f, node).constant(isNot);
  return isNot ? given : from(f, node).prim('not', [given]);
}

/** `a && b` and `a || b`, where what comes out may be missing. */
export function lowerMaybeLogical(f: Lowering, node: ts.BinaryExpression, isAnd: boolean): ValueId {
  const left = lowerExpression(f, node.left);
  const cond = truthOf(f, node.left, left);
  const right = (): Maybe => maybeOf(f, node.right);
  if (!isAnd)
    return settled(
      f,
      chooseMaybe(f, node, cond, () => certain(left), right),
    );
  const isObject = isReference(f.b.typeOf(left));
  const falsy = (): Maybe =>
    isObject ? { there: f.b.constant(false), read: () => absentOf(f, node) } : { there: givenTest(f, node.left, left), read: () => left };
  return settled(f, chooseMaybe(f, node, cond, right, falsy));
}

/** A conditional one of whose sides may be missing. */
export function lowerMaybeConditional(f: Lowering, node: ts.ConditionalExpression): ValueId {
  return settled(f, maybeOf(f, node));
}
