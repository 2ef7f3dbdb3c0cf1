/** One derivative function as text. */
import type { DerivedFunction } from '../ir/program.ts';
import type { GlobalOp, ValueId } from '../ir/types.ts';
import { annotateCycles } from './annotate.ts';
import { frameArena } from './arena-frame.ts';
import { buildBody } from './body.ts';
import { callInto } from './call-into.ts';
import { addComments } from './comments.ts';
import { declareVariables } from './declare.ts';
import { printDoc } from './docs.ts';
import { literalResults } from './literal-results.ts';
import type { Surroundings } from './lowering.ts';
import { chooseNames, runtimeNames } from './names.ts';
import { markOptional } from './optional-parameters.ts';
import { type Line, printBlock } from './print-statement.ts';
import { planResults, prepareBuffers } from './results.ts';
import { type Head, type Parameter, type Plan, planFunction, printSignature } from './signature.ts';
import type { Block, Variable } from './syntax.ts';
import { call, read } from './syntax.ts';
import { recordNames, type TangentTypes } from './tangents.ts';
import { countOccurrences, walkExpressions } from './traverse.ts';
import type { RecordNames } from './type-text.ts';

/** What the file around a function decides. */
export interface FileContext {
  readonly uncheckedIndexedAccess: boolean;
  /** Names of the module that a local one would hide: functions, constants. Types hide nothing. */
  readonly names: ReadonlySet<string>;
  /** The types of gradients, seeds and tangents. */
  readonly tangents: TangentTypes;
  /** The name of a module's binding in this file. */
  global(op: GlobalOp): string;
  /** `{@link f}`, or plain code where f cannot be imported under its name. */
  link(derived: DerivedFunction): string;
  /** The name of the Into function that shares this one's body, if there is one. */
  into(derived: DerivedFunction): string | undefined;
  /** The name of the function that does the work of an Into function, and of what calls that, where there is one. */
  worker(derived: DerivedFunction): string | undefined;
}

export interface PrintedFunction {
  readonly lines: readonly Line[];
  /** What it calls of `gradgen/runtime`. */
  readonly runtime: ReadonlySet<string>;
}

export function printDerived(given: DerivedFunction, file: FileContext): PrintedFunction {
  const derived: DerivedFunction = { ...given, ir: literalResults(given.ir) };
  const plan = planFunction(derived, file.names, file.tangents);
  const doc = printDoc(plan, file.link(derived));
  const into = derived.kind === 'valueAndGrad' ? file.into(given) : undefined;
  if (into !== undefined)
    return around(
      plan,
      doc,
      () => true,
      textLines(callInto(plan, { into, worker: file.worker(given) }, file.uncheckedIndexedAccess), derived),
      new Set(),
    );
  const worker = derived.kind === 'valueAndGradInto' ? file.worker(given) : undefined;
  if (worker !== undefined) return printWithWorker(plan, doc, worker, file);
  return printBody(plan, doc, bodyOf(plan, file, false), file);
}

function printBody(plan: Plan, doc: readonly string[], body: Block, file: FileContext, head?: Head): PrintedFunction {
  const { reads } = countOccurrences(body);
  const isRead = (parameter: Parameter): boolean => parameter === plan.out || (reads.get(parameter.variable) ?? 0) > 0;
  const names = chooseNames(body, plan.taken);
  const name = (variable: Variable): string =>
    variable.fixed ? (variable.hints[0] ?? '') : (names.get(variable) ?? `unnamed${variable.id}`);
  const lines = printBlock(body, { name, uncheckedIndexedAccess: file.uncheckedIndexedAccess }, '  ');
  return around(plan, doc, isRead, lines, runtimeCalls(body), head);
}

/** Checks of records and lists cost more than small functions do: what is known to be fresh goes to the work without them. */
function printWithWorker(plan: Plan, doc: readonly string[], worker: string, file: FileContext): PrintedFunction {
  const { origin } = plan.derived.ir;
  const args = [...plan.primals, ...plan.buffers].map(({ variable }) => read(variable));
  const wrapper: Block = [...prepareBuffers(plan), { kind: 'return', value: call(worker, args, false), origin }];
  const outer = printBody(plan, doc, wrapper, file);
  const buffers = plan.buffers.map(({ variable }) => `\`${variable.hints[0]}\``).join(' and ');
  const verb = plan.buffers.length === 1 ? 'consists' : 'consist';
  const note = `/** The work of {@link ${plan.derived.name}}, where ${buffers} ${verb} of zeros. */`;
  const inner = printBody(plan, [note], bodyOf(plan, file, true), file, { name: worker, isExported: false });
  const gap: Line = { text: '', origin };
  return { lines: [...outer.lines, gap, ...inner.lines], runtime: new Set([...outer.runtime, ...inner.runtime]) };
}

/** Doc comment, signature, body, closing brace. */
function around(
  plan: Plan,
  doc: readonly string[],
  isRead: (parameter: Parameter) => boolean,
  body: readonly Line[],
  runtime: Set<string>,
  head: Head = { name: plan.derived.name, isExported: true },
): PrintedFunction {
  const start = textLines([...doc, ...printSignature(plan, isRead, head).split('\n')], plan.derived);
  return { lines: [...start, ...body, ...textLines(['}'], plan.derived)], runtime };
}

const textLines = (lines: readonly string[], derived: DerivedFunction): Line[] => lines.map((text) => ({ text, origin: derived.of.at }));

function bodyOf(plan: Plan, file: FileContext, prepared: boolean): Block {
  const names = namesOf(plan.derived, file.tangents);
  const results = planResults(plan, prepared);
  const { ir } = plan.derived;
  const parameters = [...plan.primals, ...plan.extra];
  const globals = new Map<string, Variable>();
  const surroundings: Surroundings = {
    parameter: (position) => (parameters[position] as Parameter).variable,
    buffer: results.buffer,
    isPrepared: results.isPrepared,
    names,
    seedCheck: results.seedCheck,
    global: (op) => read(globalVariable(file.global(op), globals)),
    callee: (key) => key,
    finish: results.finish,
    opening: results.checks,
  };
  const body = buildBody(ir, surroundings, 0);
  const variable = (wish: string): Variable => ({ id: -1, type: 'number', hints: [wish], fixed: false, named: true });
  frameArena(body, variable, ir.origin);
  markOptional(body);
  declareVariables(body);
  annotateCycles(body);
  addComments(body, { own: ir.origin, reverse: plan.derived.kind !== 'jvp' });
  return body;
}

/** What records are called in a function: as in the signature. */
function namesOf({ of }: DerivedFunction, tangents: TangentTypes): RecordNames {
  const { main } = of.program;
  let returned = 0;
  const params = main.params.map(({ id }, i) => [main.values[id]?.type, of.signature.params[i]?.shape] as const);
  const results = main.results.map(({ kind, type }, at) => {
    const shape = kind === 'returned' ? of.signature.returns[returned++]?.shape : undefined;
    return [type ?? main.values[main.body.yields[at] as ValueId]?.type, shape] as const;
  });
  return recordNames([...params, ...results], tangents);
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
