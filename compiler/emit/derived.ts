/** One derivative function as text. */
import type { DerivedFunction } from '../ir/program.ts';
import type { GlobalOp } from '../ir/types.ts';
import { frameArena } from './arena-frame.ts';
import { buildBody } from './body.ts';
import { addComments } from './comments.ts';
import { declareVariables } from './declare.ts';
import { printDoc } from './docs.ts';
import { type Surroundings, storageConstructor } from './lowering.ts';
import { chooseNames, runtimeNames } from './names.ts';
import { markOptional } from './optional-parameters.ts';
import { type Line, printBlock } from './print-statement.ts';
import { planResults } from './results.ts';
import { type GradientEntry, gradientType, type Parameter, type Plan, planFunction, printSignature } from './signature.ts';
import type { Block, Variable } from './syntax.ts';
import { read } from './syntax.ts';
import { countOccurrences, walkExpressions } from './traverse.ts';

/** What the file around a function decides. */
export interface FileContext {
  readonly uncheckedIndexedAccess: boolean;
  /** Names of the module that a local one would hide: functions, constants. Types hide nothing. */
  readonly names: ReadonlySet<string>;
  /** The name of a module's binding in this file. */
  global(op: GlobalOp): string;
  /** `{@link f}`, or plain code where f cannot be imported under its name. */
  link(derived: DerivedFunction): string;
  /** The name of the Into function that shares this one's body, if there is one. */
  into(derived: DerivedFunction): string | undefined;
}

export interface PrintedFunction {
  readonly lines: readonly Line[];
  /** What it calls of `gradgen/runtime`. */
  readonly runtime: ReadonlySet<string>;
}

export function printDerived(derived: DerivedFunction, file: FileContext): PrintedFunction {
  const plan = planFunction(derived, file.names);
  const doc = printDoc(plan, file.link(derived));
  const into = derived.kind === 'valueAndGrad' ? file.into(derived) : undefined;
  if (into !== undefined) return around(plan, doc, () => true, textLines(callInto(plan, into), derived), new Set());
  const body = bodyOf(plan, file);
  const { reads } = countOccurrences(body);
  const isRead = (parameter: Parameter): boolean => parameter === plan.out || (reads.get(parameter.variable) ?? 0) > 0;
  const names = chooseNames(body, plan.taken);
  const name = (variable: Variable): string =>
    variable.fixed ? (variable.hints[0] ?? '') : (names.get(variable) ?? `unnamed${variable.id}`);
  const lines = printBlock(body, { name, uncheckedIndexedAccess: file.uncheckedIndexedAccess }, '  ');
  return around(plan, doc, isRead, lines, runtimeCalls(body));
}

/** Doc comment, signature, body, closing brace. */
function around(
  plan: Plan,
  doc: readonly string[],
  isRead: (parameter: Parameter) => boolean,
  body: readonly Line[],
  runtime: Set<string>,
): PrintedFunction {
  const head = textLines([...doc, ...printSignature(plan, isRead).split('\n')], plan.derived);
  return { lines: [...head, ...body, ...textLines(['}'], plan.derived)], runtime };
}

const textLines = (lines: readonly string[], derived: DerivedFunction): Line[] => lines.map((text) => ({ text, origin: derived.of.at }));

function bodyOf(plan: Plan, file: FileContext): Block {
  const results = planResults(plan);
  const { ir } = plan.derived;
  const parameters = [...plan.primals, ...plan.extra];
  const globals = new Map<string, Variable>();
  const surroundings: Surroundings = {
    parameter: (position) => (parameters[position] as Parameter).variable,
    buffer: results.buffer,
    seedCheck: results.seedCheck,
    global: (op) => read(globalVariable(file.global(op), globals)),
    callee: (key) => key,
    finish: results.finish,
    opening: results.checks,
  };
  const body = buildBody(ir, surroundings, 0);
  const variable = (wish: string): Variable => ({ id: -1, type: 'number', hints: [wish], fixed: false, named: true });
  frameArena(body, variable, ir.origin);
  if (parameters.some(({ variable: { optional } }) => optional)) markOptional(body);
  declareVariables(body);
  addComments(body, { own: ir.origin, reverse: plan.derived.kind !== 'jvp' });
  return body;
}

function globalVariable(name: string, globals: Map<string, Variable>): Variable {
  const known = globals.get(name);
  if (known) return known;
  const made: Variable = { id: -1, type: 'unknown', hints: [name], fixed: true, named: true };
  globals.set(name, made);
  return made;
}

function runtimeCalls(body: Block): Set<string> {
  const names = new Set<string>();
  walkExpressions(body, (expr) => {
    if (expr.kind !== 'call') return;
    if (runtimeNames.includes(expr.callee)) names.add(expr.callee);
    if (expr.callee.startsWith('arena.')) names.add('arena');
  });
  return names;
}

/** `fValueAndGrad` brings the memory and leaves the work to Into. */
function callInto(plan: Plan, into: string): string[] {
  const { out, primals, gradients, taken } = plan;
  const free = (wish: string): string => (taken.has(wish) ? `${wish}Result` : wish);
  const grad = free('grad');
  const fresh = gradients.map((gradient) => newLike(gradient, plan));
  const memory = gradients.length === 1 ? (fresh[0] ?? '') : `[${fresh.join(', ')}]`;
  const type = gradients.length === 1 ? '' : `: ${gradientType(gradients)}`;
  const own = primals.map(({ variable }) => variable.hints[0]);
  const parts = gradients.length === 1 ? [grad] : gradients.map((_, slot) => `${grad}[${slot}]`);
  const call = `${into}(${[...own, ...parts].join(', ')})`;
  const shorthand = grad === 'grad' ? 'grad' : `grad: ${grad}`;
  return [`  const ${grad}${type} = ${out ? `${out.variable.hints[0]} ?? ` : ''}${memory};`, `  return { value: ${call}, ${shorthand} };`];
}

function newLike({ at, storage }: GradientEntry, plan: Plan): string {
  const parameter = plan.primals[at];
  const name = parameter?.variable.hints[0] ?? '';
  const mayLack = plan.derived.of.signature.params[at]?.optional;
  const length = mayLack ? `${name}?.length ?? 0` : `${name}.length`;
  return storage === 'list' ? `new Array<number>(${length}).fill(0)` : `new ${storageConstructor(storage ?? 'f64')}(${length})`;
}
