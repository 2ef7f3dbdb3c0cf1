/**
 * The one stable text form of the IR, for people and for diffs.
 *
 *     function loss(x: f64[], n: int): real
 *       s.4 = for i: int in 0..n carry (s = 0)
 *         t6 = load x i
 *         t7 ~ mul t6 t6
 *         t8 = add s t7
 *         yield t8
 *       return s.4
 *
 * A definition without a type is real. `=` defines an exact value, `~` a relaxed one. Constants stand where they are used.
 * A value keeps its hint as its name; where several share a hint, all but the first add their id. So ids, which passes keep, keep
 * two texts of one function comparable line by line.
 */
import { sourceOf } from '../diagnostics/origin.ts';
import { constantText, opText } from './print-op.ts';
import type { ArrayType, IrFunction, IrProgram, Op, Region, Type, ValueId } from './types.ts';
import { outsOf, walkFunction } from './walk.ts';

export interface PrintOptions {
  /** End each line with the source position that it comes from. */
  readonly lines?: boolean;
}

/** The name of a value, or the constant itself. */
export type Names = (id: ValueId) => string;

export function printProgram(program: IrProgram, options: PrintOptions = {}): string {
  const callees = [...program.callees].filter(([, fn]) => fn !== program.main);
  const texts = callees.map(([key, fn]) => `# ${key}\n${printFunction(fn, options)}`);
  return [printFunction(program.main, options), ...texts].join('\n');
}

export function printFunction(fn: IrFunction, options: PrintOptions = {}): string {
  const names = valueNames(fn);
  const params = fn.params.map(({ id }) => `${names(id)}: ${typeText(fn.values[id]?.type)}`);
  const results = fn.body.yields.map((id) => typeText(fn.values[id]?.type));
  const print: Printer = { fn, names, lines: options.lines ?? false, out: [] };
  print.out.push(`function ${fn.name}(${params.join(', ')}): ${results.join(', ') || 'void'}`);
  printRegion(fn.body, '  ', 'return', print);
  return `${print.out.join('\n')}\n`;
}

export function typeText(type: Type | undefined): string {
  if (!type) return '?';
  if (type.kind === 'array') return arrayText(type);
  return type.kind === 'stack' ? `stack<${type.element}>` : type.kind;
}

/** `f64[]`, `list[]`, `{x: real, y: real}[]`, `[real, int]`. */
function arrayText(type: ArrayType): string {
  if (type.storage === 'refs') return `${typeText(type.element)}[]`;
  if (type.storage !== 'record') return `${type.storage}[]`;
  const fields = type.fields.map((field) => {
    const text = `${typeText(field.type)}${field.passive ? ' passive' : ''}${field.omitted ? ' omitted' : ''}`;
    return type.tuple ? text : `${field.name}${field.optional ? '?' : ''}: ${text}`;
  });
  return type.tuple ? `[${fields.join(', ')}]` : `{${fields.join(', ')}}`;
}

/** A unique name for every value of a function. */
export function valueNames(fn: IrFunction): Names {
  const names = new Map<ValueId, string>();
  const taken = new Set<string>();
  const define = (id: ValueId): void => {
    const hint = fn.values[id]?.hint;
    let name = hint === undefined || taken.has(hint) ? `${hint === undefined ? 't' : `${hint}.`}${id}` : hint;
    while (taken.has(name)) name = `${name}.${id}`;
    taken.add(name);
    names.set(id, name);
  };
  fn.body.params.forEach(define);
  walkFunction(fn, (op) => {
    if (op.kind === 'const') names.set(op.out, constantText(op.value));
    else [...innerParams(op), ...outsOf(op)].forEach(define);
  });
  return (id) => names.get(id) ?? `undefined.${id}`;
}

function innerParams(op: Op): readonly ValueId[] {
  if (op.kind === 'for') return op.body.params;
  if (op.kind === 'functions') return op.bodies.flatMap(({ params }) => params);
  return op.kind === 'while' ? [...op.condition.params, ...op.body.params] : [];
}

interface Printer {
  readonly fn: IrFunction;
  readonly names: Names;
  readonly lines: boolean;
  readonly out: string[];
}

function printRegion(region: Region, indent: string, end: string, print: Printer): void {
  for (const op of region.ops) if (op.kind !== 'const') printOp(op, indent, print);
  if (region.yields.length > 0) print.out.push(`${indent}${end} ${region.yields.map(print.names).join(', ')}`);
}

function printOp(op: Exclude<Op, { kind: 'const' }>, indent: string, print: Printer): void {
  const inner = `${indent}  `;
  print.out.push(`${indent}${definition(op, print)}${opText(op, print.names, binding(print))}${position(op, print)}`);
  if (op.kind === 'if') {
    printRegion(op.then, inner, 'yield', print);
    if (op.otherwise.ops.length + op.otherwise.yields.length === 0) return;
    print.out.push(`${indent}else`);
    printRegion(op.otherwise, inner, 'yield', print);
  } else if (op.kind === 'for') {
    printRegion(op.body, inner, 'yield', print);
  } else if (op.kind === 'while') {
    printWhile(op, indent, print);
  } else if (op.kind === 'functions') {
    op.bodies.forEach((body, at) => {
      print.out.push(`${inner}${print.names(op.outs[at] as ValueId)}(${body.params.map(binding(print)).join(', ')})`);
      printRegion(body, `${inner}  `, 'return', print);
    });
  }
}

function printWhile(op: Extract<Op, { kind: 'while' }>, indent: string, print: Printer): void {
  const part = (title: string, region: Region): void => {
    const params = region.params.map(binding(print)).join(', ');
    print.out.push(`${indent}  ${title} (${params})`);
    printRegion(region, `${indent}    `, 'yield', print);
  };
  if (op.test === 'before') part('while', op.condition);
  part('do', op.body);
  if (op.test === 'after') part('while', op.condition);
}

function definition(op: Op, print: Printer): string {
  const outs = outsOf(op);
  if (outs.length === 0) return '';
  const exact = outs.every((id) => print.fn.values[id]?.exact ?? true);
  return `${outs.map(binding(print)).join(', ')} ${exact ? '=' : '~'} `;
}

/** `name` for a real, `name: type` for anything else. */
function binding(print: Printer): (id: ValueId) => string {
  return (id) => {
    const type = print.fn.values[id]?.type;
    return type?.kind === 'real' ? print.names(id) : `${print.names(id)}: ${typeText(type)}`;
  };
}

function position(op: Op, print: Printer): string {
  const at = print.lines ? sourceOf(op.origin) : undefined;
  return at ? `    # ${at.file.split('/').at(-1)}:${at.line}:${at.column}` : '';
}
