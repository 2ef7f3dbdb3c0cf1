/** One derivative function as text. */
import type { DerivedFunction } from '../ir/program.ts';
import type { GlobalOp, ValueId } from '../ir/types.ts';
import { annotateCycles } from './annotate.ts';
import { frameArena } from './arena-frame.ts';
import { recycleArena } from './arena-loops.ts';
import { buildBody } from './body.ts';
import { callInto } from './call-into.ts';
import { addComments } from './comments.ts';
import { declareVariables } from './declare.ts';
import { printDoc } from './docs.ts';
import { growOutside } from './grow-outside.ts';
import { literalResults } from './literal-results.ts';
import { splitLocals } from './local-functions.ts';
import type { Surroundings } from './lowering.ts';
import { isMatrix } from './matrices.ts';
import { chooseNames } from './names.ts';
import { markOptional } from './optional-parameters.ts';
import { partLong } from './parts.ts';
import { type LocalNames, type PrintedLocals, printLocals } from './print-locals.ts';
import { type Line, printBlock } from './print-statement.ts';
import { finishPullback } from './pullback.ts';
import { resultBuffers } from './result-buffers.ts';
import { planResults, prepareBuffers } from './results.ts';
import { runtimeCalls } from './runtime-calls.ts';
import { type Head, type Parameter, type Plan, planFunction, printSignature, pullbackSeeds } from './signature.ts';
import type { Block, Variable } from './syntax.ts';
import { call, read } from './syntax.ts';
import { recordNames, type TangentTypes } from './tangents.ts';
import { countOccurrences } from './traverse.ts';
import type { RecordNames } from './type-text.ts';

/** What the file around a function decides. */
export interface FileContext {
  readonly uncheckedIndexedAccess: boolean;
  /** Kernels take the place of what `Math` has. */
  readonly fastMath: boolean;
  /** Names of the module that a local one would hide: functions, constants. Types hide nothing. */
  readonly names: ReadonlySet<string>;
  /** The types of gradients, seeds and tangents. */
  readonly tangents: TangentTypes;
  /** Functions of the file that derivatives call and nobody else sees. */
  readonly locals: LocalNames;
  /** The type of stacks that functions share. */
  readonly stackType: string;
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
  /** What it calls of the package. */
  readonly runtime: ReadonlySet<string>;
}

export function printDerived(given: DerivedFunction, file: FileContext): PrintedFunction {
  const ir = literalResults(isMatrix(given) ? given.ir : resultBuffers(given.ir));
  const split = splitLocals(ir, given.kind === 'pullback', missingParameters(given));
  const derived: DerivedFunction = { ...given, ir: split?.main ?? ir };
  const plan = planFunction(derived, file.names, file.tangents, pullbackSeeds({ ...given, ir }));
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
  const locals = split && printLocals(split, plan, namesOf(derived, file.tangents), file);
  const worker = derived.kind === 'valueAndGradInto' ? file.worker(given) : undefined;
  const printed =
    worker !== undefined ? printWithWorker(plan, doc, worker, file, locals) : printBody(plan, doc, bodyOf(plan, file, false, locals), file);
  return locals ? behind(locals, printed, derived) : printed;
}

/** A function behind the local functions that it calls. */
function behind(locals: PrintedLocals, printed: PrintedFunction, { ir }: DerivedFunction): PrintedFunction {
  const gap: readonly Line[] = locals.lines.length > 0 ? [{ text: '', origin: ir.origin }] : [];
  return { lines: [...locals.lines, ...gap, ...printed.lines], runtime: new Set([...locals.runtime, ...printed.runtime]) };
}

function printBody(plan: Plan, doc: readonly string[], body: Block, file: FileContext, head?: Head): PrintedFunction {
  const { reads } = countOccurrences(body);
  const isRead = (parameter: Parameter): boolean => parameter === plan.out || (reads.get(parameter.variable) ?? 0) > 0;
  const constants = file.tangents.declarations().flatMap(({ kind, name }) => (kind === 'constant' ? [name] : []));
  const names = chooseNames(body, [...plan.taken, ...constants]);
  const name = (variable: Variable): string =>
    variable.fixed ? (variable.hints[0] ?? '') : (names.get(variable) ?? `unnamed${variable.id}`);
  const lines = printBlock(body, { name, uncheckedIndexedAccess: file.uncheckedIndexedAccess }, '  ');
  return around(plan, doc, isRead, lines, runtimeCalls(body), head);
}

/** Checks of records and lists cost more than small functions do: what is known to be fresh goes to the work without them. */
function printWithWorker(plan: Plan, doc: readonly string[], worker: string, file: FileContext, locals?: PrintedLocals): PrintedFunction {
  const { origin } = plan.derived.ir;
  const args = [...plan.primals, ...plan.buffers].map(({ variable }) => read(variable));
  const wrapper: Block = [...prepareBuffers(plan), { kind: 'return', value: call(worker, args, false), origin }];
  const outer = printBody(plan, doc, wrapper, file);
  const buffers = plan.buffers.map(({ variable }) => `\`${variable.hints[0]}\``).join(' and ');
  const verb = plan.buffers.length === 1 ? 'consists' : 'consist';
  const note = `/** The work of {@link ${plan.derived.name}}, where ${buffers} ${verb} of zeros. */`;
  const inner = printBody(plan, [note], bodyOf(plan, file, true, locals), file, { name: worker, isExported: false });
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

function bodyOf(plan: Plan, file: FileContext, prepared: boolean, locals?: PrintedLocals): Block {
  const names = namesOf(plan.derived, file.tangents);
  const results = planResults(plan, prepared);
  const { ir } = plan.derived;
  const parameters = [...plan.primals, ...plan.extra];
  const globals = new Map<string, Variable>();
  const surroundings: Surroundings = {
    parameter: (position) => (parameters[position] as Parameter).variable,
    buffer: results.buffer,
    isPrepared: results.isPrepared,
    ...(results.result && { result: results.result }),
    names,
    fastMath: file.fastMath,
    seedCheck: results.seedCheck,
    global: (op) => read(globalVariable(file.global(op), globals)),
    callee: (key) => key,
    ...locals?.surroundings,
    finish: locals && plan.derived.kind === 'pullback' ? (values) => finishPullback(plan, locals.last, values) : results.finish,
    opening: results.checks,
  };
  const body = buildBody(ir, surroundings, 0);
  const variable = (wish: string, type = 'number'): Variable => ({ id: -1, type, hints: [wish], fixed: false, named: true });
  // What is expanded in a loop takes its records anew in every iteration.
  const isExpanded = (plan.derived.of.program.derived?.size ?? 0) > 0;
  if (isMatrix(plan.derived) || isExpanded) recycleArena(body, variable, ir.origin);
  frameArena(body, variable, ir.origin);
  growOutside(body, variable);
  markOptional(body);
  partLong(body, variable, ir.origin);
  declareVariables(body);
  annotateCycles(body, file.uncheckedIndexedAccess);
  const { kind } = plan.derived;
  addComments(body, { own: ir.origin, reverse: kind !== 'jvp' && kind !== 'jacobian' });
  return body;
}

/** Those of f's own that may be missing, with the word for what then stands there. */
function missingParameters({ ir, of }: DerivedFunction): (readonly [ValueId, string])[] {
  const own = ir.params.filter(({ role }) => role === 'primal');
  return of.signature.params.flatMap(({ optional, type }, at) => {
    const id = own[at]?.id;
    return id !== undefined && optional ? [[id, /\bnull\b/.test(type) ? 'null | undefined' : 'undefined'] as const] : [];
  });
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
