/** What each operation asks of the types of its operands and of its result. */
import { unreachable } from '../diagnostics/internal.ts';
import { constantType, elementType, primType } from './build.ts';
import { isGrowing, isRecord, isRefs, sameType } from './memory-types.ts';
import { typeText } from './print.ts';
import type {
  ApplyOp,
  ArrayType,
  CallOp,
  ConstOp,
  ForOp,
  FunctionsOp,
  IfOp,
  Op,
  PrimName,
  PrimOp,
  StackType,
  Type,
  ValueId,
  WhileOp,
} from './types.ts';

export type TypeOf = (id: ValueId) => Type | undefined;
type MaybeType = Type | undefined;
type Problems = readonly string[];
type PlainOp = Exclude<Op, ForOp | WhileOp | IfOp | CallOp | FunctionsOp | ApplyOp>;

/** May a value of type `from` stand where `to` is expected? An int may be a real, nothing else changes its type. */
export function accepts(to: MaybeType, from: MaybeType): boolean {
  if (!to || !from) return false;
  return sameType(to, from) || (to.kind === 'real' && from.kind === 'int');
}

export function operandProblems(op: PlainOp, typeOf: TypeOf): Problems {
  const number = (...ids: readonly (ValueId | undefined)[]): Problems =>
    ids.flatMap((id) => (id === undefined ? [] : expectNumber(typeOf(id))));
  const array = (...ids: readonly ValueId[]): Problems => ids.flatMap((id) => expectKind(typeOf(id), 'array'));
  const gives = (type: MaybeType, out: ValueId): Problems => outProblems(type, typeOf(out));
  switch (op.kind) {
    case 'const':
      return constantProblems(op, typeOf(op.out));
    case 'prim':
      return primProblems(op, typeOf);
    case 'load':
      return [...array(op.array), ...number(op.index), ...elementProblems(typeOf(op.array), typeOf(op.out), accepts)];
    case 'store':
      return [
        ...array(op.array),
        ...number(op.index),
        ...elementProblems(typeOf(op.array), typeOf(op.value), (element, value) => accepts(element, value) || areNumbers(element, value)),
      ];
    case 'accumulate':
      return [...array(op.array), ...number(op.index, op.value)];
    case 'addInto':
      return array(op.array, op.source);
    case 'alloc':
      return [...number(op.length), ...array(op.out), ...holeProblems(op, typeOf(op.out))];
    case 'buffer':
      return array(op.like, op.out);
    case 'length':
      return [...array(op.array), ...gives({ kind: 'int' }, op.out)];
    case 'present':
      return [...array(op.array), ...number(op.index), ...gives({ kind: 'bool' }, op.out)];
    case 'copy':
    case 'view':
      return [...array(op.array, op.out), ...number(op.from, op.to)];
    case 'fill':
      return [
        ...array(op.array),
        ...number(op.from, op.to),
        ...elementProblems(typeOf(op.array), typeOf(op.value), (element, value) => accepts(element, value) || areNumbers(element, value)),
      ];
    case 'set':
      return [...array(op.array, op.source), ...number(op.offset)];
    case 'same':
      return [...array(op.left, op.right), ...gives({ kind: 'bool' }, op.out)];
    case 'stack':
      return expectKind(typeOf(op.out), 'stack');
    case 'push':
      return stackProblems(typeOf(op.stack), (stack) => elementAccepts(stack, typeOf(op.value)), typeOf(op.value));
    case 'pop':
      return stackProblems(typeOf(op.stack), (stack) => outAccepts(stack, typeOf(op.out)), typeOf(op.out));
    case 'global':
      return typeOf(op.out)?.kind === 'stack' ? ['a global is never a stack'] : [];
    case 'throw':
      return [];
    default:
      return unreachable(op);
  }
}

/** null and undefined stand for a reference, or for a number, flag or text that is missing. */
function constantProblems({ value }: ConstOp, out: MaybeType): Problems {
  if (value === null || value === undefined)
    return out !== undefined && out.kind !== 'stack' ? [] : [`${value} is declared ${typeText(out)}`];
  return outProblems(constantType(value), out);
}

/** Does some element of the array fit? Which field of a record is meant shows in the constant that is its index. */
function elementProblems(array: MaybeType, value: MaybeType, fits: (element: Type, value: MaybeType) => boolean): Problems {
  if (array?.kind !== 'array') return [];
  const elements = elementsOf(array);
  return elements.some((element) => fits(element, value)) ? [] : [`${typeText(value)} is no element of ${typeText(array)}`];
}

function elementsOf(type: ArrayType): readonly Type[] {
  return isRecord(type) ? type.fields.map((field) => field.type) : [elementType(type)];
}

function areNumbers(element: Type, value: MaybeType): boolean {
  return [element, value].every((type) => type?.kind === 'int' || type?.kind === 'real');
}

function outProblems(given: MaybeType, out: MaybeType): Problems {
  if (!given || accepts(out, given)) return [];
  return [`it gives ${typeText(given)}, its value is declared ${typeText(out)}`];
}

function holeProblems(op: Extract<Op, { kind: 'alloc' }>, out: MaybeType): Problems {
  const canHaveHoles = isGrowing(out) || isRecord(out);
  if (op.fill === 'hole') return canHaveHoles ? [] : ['only a list can have holes'];
  return isRefs(out) ? ['references begin as holes'] : [];
}

function stackProblems(stack: MaybeType, fits: (stack: StackType) => boolean, type: MaybeType): Problems {
  if (stack?.kind !== 'stack') return expectKind(stack, 'stack');
  return fits(stack) ? [] : [`${typeText(type)} does not fit ${typeText(stack)}`];
}

/** References and texts go on the same kind of stack. */
function isKept(type: MaybeType): boolean {
  return type?.kind === 'array' || type?.kind === 'text';
}

function elementAccepts(stack: StackType, value: MaybeType): boolean {
  if (stack.element === 'array') return isKept(value);
  return accepts({ kind: stack.element }, value);
}

function outAccepts(stack: StackType, out: MaybeType): boolean {
  if (stack.element === 'array') return isKept(out);
  return accepts(out, { kind: stack.element });
}

/** What a primitive takes: numbers, unless it stands here. */
const operandKinds: Partial<Record<PrimName, 'bool' | 'scalar' | 'any'>> = {
  not: 'bool',
  and: 'bool',
  or: 'bool',
  toNumber: 'scalar',
  truthy: 'scalar',
  eq: 'scalar',
  ne: 'scalar',
  sameValue: 'scalar',
  given: 'any',
};

const unary: ReadonlySet<string> = new Set([
  'neg',
  'not',
  'truthy',
  'toNumber',
  'bitNot',
  'isNaN',
  'isFinite',
  'isInteger',
  'isSafeInteger',
  'given',
  'stopGradient',
]);
const binaryMath: ReadonlySet<string> = new Set(['Math.atan2', 'Math.imul', 'Math.max', 'Math.min', 'Math.pow']);

/** How many operands a primitive has; undefined: any number. */
export function arityOf(prim: PrimName): number | undefined {
  if (prim === 'Math.hypot') return undefined;
  if (prim === 'select') return 3;
  if (unary.has(prim)) return 1;
  return prim.startsWith('Math.') && !binaryMath.has(prim) ? 1 : 2;
}

function primProblems(op: PrimOp, typeOf: TypeOf): Problems {
  const arity = arityOf(op.prim);
  if (arity !== undefined && arity !== op.args.length) return [`it takes ${arity} operands, not ${op.args.length}`];
  const types = op.args.map(typeOf);
  const known = types.filter((type): type is Type => type !== undefined);
  return [...primOperandProblems(op.prim, types), ...outProblems(primType(op.prim, known), typeOf(op.out))];
}

function primOperandProblems(prim: PrimName, types: readonly MaybeType[]): Problems {
  if (prim === 'select') return selectProblems(types);
  const kind = operandKinds[prim];
  if (kind === 'any') return [];
  if (kind === 'bool') return types.flatMap((type) => expectKind(type, 'bool'));
  if (kind === 'scalar') return sameKindProblems(types);
  return types.flatMap(expectNumber);
}

function selectProblems([test, left, right]: readonly MaybeType[]): Problems {
  return [...expectKind(test, 'bool'), ...sameKindProblems([left, right])];
}

/** All numbers, all booleans or all texts. */
function sameKindProblems(types: readonly MaybeType[]): Problems {
  if (types.every((type) => type?.kind === 'bool') || types.every((type) => type?.kind === 'text')) return [];
  return types.flatMap(expectNumber);
}

function expectKind(type: MaybeType, kind: Type['kind']): Problems {
  return type?.kind === kind ? [] : [`an operand is ${typeText(type)}, not ${kind}`];
}

function expectNumber(type: MaybeType): Problems {
  return type?.kind === 'int' || type?.kind === 'real' ? [] : [`an operand is ${typeText(type)}, not a number`];
}
