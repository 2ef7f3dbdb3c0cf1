/** The text of one operation, without what it defines and without its regions. */
import { unreachable } from '../diagnostics/internal.ts';
import type { ConstantValue, Op, ThrowOp, ValueId } from './types.ts';

type Name = (id: ValueId) => string;
type Range = { readonly from?: ValueId; readonly to?: ValueId };

/** `name` spells a use, `binding` a definition with its type. */
export function opText(op: Op, name: Name, binding: Name): string {
  switch (op.kind) {
    case 'const':
      return constantText(op.value);
    case 'prim':
      return [op.prim, ...op.args.map(name)].join(' ');
    case 'load':
      return `${accessText('load', op.access)} ${name(op.array)} ${name(op.index)}`;
    case 'store':
    case 'accumulate':
      return `${accessText(op.kind, op.access)} ${name(op.array)} ${name(op.index)} ${name(op.value)}`;
    case 'addInto':
      return `addInto ${name(op.array)} ${name(op.source)}`;
    case 'alloc':
      return `alloc ${name(op.length)}${op.fill === 'hole' ? ' hole' : ''}${slotText(op.slot)}`;
    case 'buffer':
      return `buffer ${name(op.like)}${slotText(op.slot)}${op.overwritten ? ' overwritten' : ''}`;
    case 'length':
      return `length ${name(op.array)}`;
    case 'present':
      return `present ${name(op.array)} ${name(op.index)}`;
    case 'copy':
      return `copy${op.deep ? '.deep' : ''} ${name(op.array)}${rangeText(op, name)}`;
    case 'view':
      return `view ${name(op.array)}${rangeText(op, name)}`;
    case 'fill':
      return `fill ${name(op.array)} ${name(op.value)}${rangeText(op, name)}`;
    case 'set':
      return `set ${name(op.array)} ${name(op.source)}${op.offset === undefined ? '' : ` at ${name(op.offset)}`}`;
    case 'same':
      return `same ${name(op.left)} ${name(op.right)}`;
    case 'stack':
      return 'stack';
    case 'push':
      return `push ${name(op.stack)} ${name(op.value)}`;
    case 'pop':
      return `pop ${name(op.stack)}`;
    case 'global':
      return `global ${op.name}${op.literal ? ` = [${op.literal.join(', ')}]` : ` from ${op.module.split('/').at(-1)}`}`;
    case 'if':
      return `if ${name(op.cond)}`;
    case 'for':
      return forText(op, name, binding);
    case 'while':
      return `${op.test === 'before' ? 'while' : 'do while'}${op.exits ? ' exits' : ''}${initsText(op.inits, name)}`;
    case 'call':
      return `call ${op.callee}(${op.args.map(name).join(', ')})`;
    case 'functions':
      return 'functions';
    case 'apply':
      return `apply ${name(op.callee)}(${op.args.map(name).join(', ')})`;
    case 'throw':
      return throwText(op, name);
    default:
      return unreachable(op);
  }
}

export function constantText(value: ConstantValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return Object.is(value, -0) ? '-0' : String(value);
}

function throwText(op: ThrowOp, name: Name): string {
  const parts = op.message.map((part) => (typeof part === 'string' ? JSON.stringify(part) : name(part)));
  return ['throw', op.error, ...parts].join(' ');
}

/** `inRange` is the plain word; the others say what happens at a miss. */
function accessText(word: string, access: 'inRange' | 'checked' | 'orZero'): string {
  return access === 'inRange' ? word : `${word}.${access}`;
}

function slotText(slot: number | undefined): string {
  return slot === undefined ? '' : ` slot ${slot}`;
}

function rangeText(op: Range, name: Name): string {
  if (op.from === undefined && op.to === undefined) return '';
  return ` from ${op.from === undefined ? '0' : name(op.from)}${op.to === undefined ? '' : ` to ${name(op.to)}`}`;
}

function forText(op: Extract<Op, { kind: 'for' }>, name: Name, binding: Name): string {
  const [index, ...carried] = op.body.params;
  const step = op.step === 1 ? '' : ` step ${op.step}`;
  const inits = carried.map((id, i) => `${binding(id)} = ${initText(op.inits[i], name)}`);
  const carry = inits.length === 0 ? '' : ` carry (${inits.join(', ')})`;
  return `for ${index === undefined ? '?' : name(index)} in ${name(op.from)}..${name(op.to)}${step}${op.exits ? ' exits' : ''}${carry}`;
}

function initsText(inits: readonly ValueId[], name: Name): string {
  return inits.length === 0 ? '' : ` carry (${inits.map(name).join(', ')})`;
}

function initText(init: ValueId | undefined, name: Name): string {
  return init === undefined ? '?' : name(init);
}
