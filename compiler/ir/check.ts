/**
 * The verifier: every invariant of the IR, each violation in one sentence. An empty list means well-formed.
 *
 * Here: definitions, scope, the shape of functions and regions. `check-types` holds what each operation asks of its operands.
 */
import { sourceOf } from '../diagnostics/origin.ts';
import { infoOf } from './build.ts';
import { accepts, operandProblems, type TypeOf } from './check-types.ts';
import { type CallTypes, derivedTypes } from './derived-types.ts';
import { typeText, valueNames } from './print.ts';
import { opText } from './print-op.ts';
import type { ApplyOp, ForOp, FunctionsOp, IfOp, IrFunction, IrProgram, Op, Region, Type, ValueId, WhileOp } from './types.ts';
import { operandsOf, outsOf, regionsOf } from './walk.ts';

interface Check {
  readonly fn: IrFunction;
  readonly program: IrProgram | undefined;
  readonly visible: Set<ValueId>;
  readonly defined: Set<ValueId>;
  readonly functions: Map<ValueId, Region>;
  readonly typeOf: TypeOf;
  readonly name: (id: ValueId) => string;
  readonly problems: string[];
}

/** Calls are compared with their callees only where the program is given. */
export function checkFunction(fn: IrFunction, program?: IrProgram): readonly string[] {
  const names = valueNames(fn);
  const check: Check = {
    fn,
    program,
    visible: new Set(),
    defined: new Set(),
    functions: new Map(),
    problems: [],
    typeOf: (id) => fn.values[id]?.type,
    name: (id) => `${names(id)} (v${id})`,
  };
  checkSignature(check);
  checkRegion(fn.body, check);
  return check.problems;
}

/** The main function and everything that it may call. */
export function checkProgram(program: IrProgram): readonly string[] {
  const functions = new Set([program.main, ...program.callees.values()]);
  return [...functions].flatMap((fn) => checkFunction(fn, program).map((problem) => `${fn.name}: ${problem}`));
}

function checkSignature(check: Check): void {
  const { params, results, body } = check.fn;
  const ids = params.map((param) => param.id);
  if (ids.length !== body.params.length || ids.some((id, i) => id !== body.params[i])) {
    check.problems.push('the parameters are not those of the body');
  }
  if (results.length !== body.yields.length) {
    check.problems.push(`${results.length} results are declared, ${body.yields.length} are returned`);
  }
  for (const result of results) {
    if (result.param !== undefined && !params[result.param]) check.problems.push(`result ${result.name} belongs to no parameter`);
  }
}

function checkRegion(region: Region, check: Check): void {
  const mine: ValueId[] = [];
  const define = (id: ValueId): void => {
    if (!check.typeOf(id)) check.problems.push(`v${id} is not in the table of values`);
    if (check.defined.has(id)) check.problems.push(`${check.name(id)} is defined twice`);
    check.defined.add(id);
    check.visible.add(id);
    mine.push(id);
  };
  region.params.forEach(define);
  for (const op of region.ops) {
    checkOp(op, check);
    outsOf(op).forEach(define);
  }
  for (const id of region.yields) checkUse(id, () => 'yield', check);
  for (const id of mine) check.visible.delete(id);
}

function checkOp(op: Op, check: Check): void {
  for (const id of operandsOf(op)) checkUse(id, () => describe(op, check), check);
  if (op.kind === 'functions') openFunctions(op, check);
  for (const region of regionsOf(op)) checkRegion(region, check);
  const problems = structureProblems(op, check);
  for (const problem of problems) check.problems.push(`${describe(op, check)}: ${problem}`);
}

function checkUse(id: ValueId, where: () => string, check: Check): void {
  if (check.visible.has(id)) return;
  check.problems.push(`${where()}: ${check.name(id)} is ${check.defined.has(id) ? 'not visible here' : 'read before it is defined'}`);
}

function describe(op: Op, check: Check): string {
  const at = sourceOf(op.origin);
  const text = opText(op, check.name, check.name);
  return at ? `${at.file.split('/').at(-1)}:${at.line}:${at.column} ${text}` : text;
}

function structureProblems(op: Op, check: Check): readonly string[] {
  switch (op.kind) {
    case 'if':
      return ifProblems(op, check);
    case 'for':
      return forProblems(op, check);
    case 'while':
      return whileProblems(op, check);
    case 'call':
      return callProblems(op, check);
    case 'functions':
      return functionsProblems(op, check);
    case 'apply':
      return applyProblems(op, check);
    default:
      return operandProblems(op, check.typeOf);
  }
}

function ifProblems(op: IfOp, check: Check): readonly string[] {
  const outs = typesOf(op.outs, check);
  return [
    ...expectKind('the condition', check.typeOf(op.cond), 'bool'),
    ...[op.then, op.otherwise].flatMap((region) => (region.params.length > 0 ? ['a branch has parameters'] : [])),
    ...flowProblems('the then branch yields', typesOf(op.then.yields, check), outs),
    ...flowProblems('the else branch yields', typesOf(op.otherwise.yields, check), outs),
  ];
}

function forProblems(op: ForOp, check: Check): readonly string[] {
  const [index] = op.body.params;
  return [
    ...(Number.isSafeInteger(op.step) && op.step !== 0 ? [] : [`the step is ${op.step}, not a nonzero integer`]),
    ...expectKind('the start', check.typeOf(op.from), 'int'),
    ...expectNumber('the bound', check.typeOf(op.to)),
    ...expectKind('the index', index === undefined ? undefined : check.typeOf(index), 'int'),
    ...carriedProblems(op, op.body.params.slice(1), check),
  ];
}

function whileProblems(op: WhileOp, check: Check): readonly string[] {
  const [test, ...more] = op.condition.yields;
  return [
    ...expectKind('the condition', test === undefined ? undefined : check.typeOf(test), 'bool'),
    ...(more.length > 0 ? ['the condition yields more than one value'] : []),
    ...flowProblems('the condition takes', typesOf(op.inits, check), typesOf(op.condition.params, check)),
    ...flowProblems('the condition takes', typesOf(op.body.yields.slice(op.exits ? 1 : 0), check), typesOf(op.condition.params, check)),
    ...carriedProblems(op, op.body.params, check),
  ];
}

/** Inits and yields flow into the carried parameters and, since a loop may run no trip, both into the outs. */
function carriedProblems(op: ForOp | WhileOp, params: readonly ValueId[], check: Check): readonly string[] {
  const skip = op.exits ? 1 : 0;
  const [carried, inits] = [typesOf(params, check), typesOf(op.inits, check)];
  const yields = typesOf(op.body.yields.slice(skip), check);
  const outs = typesOf(op.outs.slice(skip), check);
  const codes = op.exits ? [op.body.yields[0], op.outs[0]] : [];
  return [
    ...flowProblems('the loop starts with', inits, carried),
    ...flowProblems('the body yields', yields, carried),
    ...flowProblems('the loop hands out', inits, outs),
    ...flowProblems('the loop hands out', yields, outs),
    ...codes.flatMap((id) => expectKind('the exit code', id === undefined ? undefined : check.typeOf(id), 'int')),
  ];
}

function callProblems(op: Extract<Op, { kind: 'call' }>, check: Check): readonly string[] {
  if (!check.program) return [];
  const callee = calleeTypes(check.program, op.callee);
  if (!callee) return [`there is no function ${op.callee}`];
  return [
    ...flowProblems('the call passes', typesOf(op.args, check), callee.params),
    ...flowProblems('the callee returns', callee.outs, typesOf(op.outs, check)),
  ];
}

function calleeTypes({ callees, derived }: IrProgram, key: string): CallTypes | undefined {
  const derivative = derived?.get(key);
  const fn = callees.get(derivative?.of ?? key);
  if (!fn || derivative) return fn && derivative && derivedTypes(fn, derivative);
  const types = (ids: readonly ValueId[]): Type[] => ids.map((id) => infoOf(fn.values, id).type);
  return { params: types(fn.body.params), outs: types(fn.body.yields) };
}

/** Local functions are visible in their own bodies. */
function openFunctions({ outs, bodies }: FunctionsOp, check: Check): void {
  outs.forEach((out, at) => {
    check.visible.add(out);
    if (bodies[at]) check.functions.set(out, bodies[at]);
  });
}

function functionsProblems({ outs, bodies }: FunctionsOp, check: Check): readonly string[] {
  const counts = outs.length === bodies.length ? [] : [`${outs.length} functions have ${bodies.length} bodies`];
  return [...counts, ...outs.flatMap((out) => expectKind('a local function', check.typeOf(out), 'function'))];
}

/** The callee's body comes before, or around, its calls. */
function applyProblems(op: ApplyOp, check: Check): readonly string[] {
  const callee = check.functions.get(op.callee);
  if (!callee) return ['what is called is no local function'];
  return [
    ...flowProblems('the function is given', typesOf(op.args, check), typesOf(callee.params, check)),
    ...flowProblems('the function returns', typesOf(callee.yields, check), typesOf(op.outs, check)),
  ];
}

type MaybeType = Type | undefined;

function typesOf(ids: readonly ValueId[], check: Check): readonly MaybeType[] {
  return ids.map((id) => check.typeOf(id));
}

function flowProblems(what: string, from: readonly MaybeType[], to: readonly MaybeType[]): readonly string[] {
  if (from.length !== to.length) return [`${what} ${from.length} values, ${to.length} are expected`];
  return from.flatMap((type, i) => (accepts(to[i], type) ? [] : [`${what} ${typeText(type)} where ${typeText(to[i])} is expected`]));
}

function expectKind(what: string, type: MaybeType, kind: Type['kind']): readonly string[] {
  return type?.kind === kind ? [] : [`${what} is ${type ? typeText(type) : 'missing'}, not ${kind}`];
}

function expectNumber(what: string, type: MaybeType): readonly string[] {
  return type?.kind === 'int' || type?.kind === 'real' ? [] : [`${what} is ${type ? typeText(type) : 'missing'}, not a number`];
}
