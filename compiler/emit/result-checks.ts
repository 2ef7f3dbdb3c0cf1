/** What is checked before a derivative does anything: aliases of what f writes, shapes of seeds and tangents. */
import type { Origin } from '../diagnostics/origin.ts';
import { infoOf } from '../ir/build.ts';
import { isGrowing, isRecord } from '../ir/memory-types.ts';
import type { Shape, SignatureParam } from '../ir/program.ts';
import type { IrFunction, LoadOp, ResultInfo, ValueId } from '../ir/types.ts';
import { walkFunction } from '../ir/walk.ts';
import { holdsTwins, isTyped, mayShare } from './sharing.ts';
import type { Parameter, Plan } from './signature.ts';
import type { Expr, Stmt, Variable } from './syntax.ts';
import { binary, call, number, read, text } from './syntax.ts';
import { isNested } from './tangents.ts';

export interface Making {
  readonly plan: Plan;
  readonly origin: Origin;
  readonly results: readonly ResultInfo[];
  /** Slots whose IR value is the buffer of that slot, of the storage of the result: written in place. */
  readonly inPlace: ReadonlySet<number>;
}

export const check = (name: string, args: readonly Expr[], origin: Origin): Stmt => ({
  kind: 'effect',
  value: call(name, args, false),
  writes: [],
  origin,
});

/**
 * Views that overlap in part are refused where f writes one of them; so are objects and rows that occur twice in what f writes, or
 * there and in another argument. f itself, written out, does what f does.
 */
export function aliasChecks({ plan, origin }: Making): Stmt[] {
  if (plan.derived.kind === 'primal') return [];
  const { params } = plan.derived.of.signature;
  const written = plan.derived.of.program.main.results.flatMap(({ kind, param }) =>
    kind === 'written' && param !== undefined ? [param] : [],
  );
  return written.flatMap((at) => {
    const own = params[at] as SignatureParam;
    const isDone = (other: number): boolean => other < at && written.includes(other);
    const mayAlias = (one: Shape, other: Shape): boolean =>
      isNested(one) || isNested(other) ? mayShare(one, other) : isTyped(one) && isTyped(other);
    const others = params.flatMap(({ shape }, other) => (other !== at && !isDone(other) && mayAlias(own.shape, shape) ? [other] : []));
    if (others.length === 0 && !holdsTwins(own.shape)) return [];
    const areNested = [at, ...others].some((each) => isNested((params[each] as SignatureParam).shape));
    const args = [at, ...others].map((each) => (areNested ? shapedParam(each, plan) : variableAt(each, plan)));
    return [check(areNested ? 'checkNestedAliases' : 'checkAliases', args, origin)];
  });
}

/** `[p, shapeOfP]`: what nested checks take. */
function shapedParam(at: number, plan: Plan): Expr {
  const { shape, name } = plan.derived.of.signature.params[at] as SignatureParam;
  return { kind: 'list', elements: [variableAt(at, plan), text(plan.tangents.constantOf(shape, 'all', name))] };
}

export const variableAt = (at: number, plan: Plan): Expr => read((plan.primals[at] as Parameter).variable);

/** Tangents are of the shape of what they belong to; so are the seeds of written arrays of numbers. */
export function lengthChecks(making: Making): Stmt[] {
  const { plan, origin } = making;
  const { derived } = plan;
  const roles = derived.ir.params.filter(({ role }) => role !== 'primal').map(({ role }) => role);
  const written = derived.of.program.main.results.filter(({ kind }) => kind === 'written');
  const firstWritten = plan.extra.length - written.length;
  return plan.extra.flatMap((parameter, i) => {
    const { variable, type } = parameter;
    if (type === 'number') return [];
    const at = roles[i] === 'tangent' ? derived.inputs[i] : written[i - firstWritten]?.param;
    if (isNestedParameter(parameter)) {
      if (at !== undefined && roles[i] === 'tangent') return [checkShape(parameter, variableAt(at, plan), making)];
      return isAddedWhole(i, making) ? [] : [checkShape(parameter, text('undefined'), making)];
    }
    if (at === undefined || (roles[i] === 'seed' && mayGrow(at, plan))) return [];
    return [check('checkSeed', [read(variable), lengthOf(at, plan), nameText(variable)], origin)];
  });
}

/** One that was left out is as long as an empty one. */
function lengthOf(at: number, plan: Plan): Expr {
  const length: Expr = { kind: 'length', array: variableAt(at, plan), memory: undefined };
  const mayBeMissing = plan.derived.of.signature.params[at]?.optional === true;
  return mayBeMissing ? binary('??', { ...length, maybe: true }, number(0)) : length;
}

/** Is the argument a list that f may make longer? How long it is afterwards shows where its seed is added. */
function mayGrow(at: number, { derived }: Plan): boolean {
  const { ir, of } = derived;
  const { shape } = of.signature.params[at] as SignatureParam;
  let grows = false;
  walkFunction(ir, (op) => {
    // Local functions may do it, too.
    grows ||= op.kind === 'apply' || (op.kind === 'store' && op.access === 'checked' && isGrowing(infoOf(ir.values, op.array).type));
  });
  return grows && shape.kind === 'array' && shape.storage === 'list';
}

export const isNestedParameter = ({ shape }: Parameter): boolean => shape !== undefined && isNested(shape);

const nameText = ({ hints }: Variable): Expr => text(JSON.stringify(hints[0]));

/** `like`: what the seed or tangent belongs to; undefined where nothing tells how long its lists are. */
function checkShape({ variable, shape }: Parameter, like: Expr, { plan, origin }: Making): Stmt {
  const zeros = text(plan.tangents.constantOf(shape as Shape, 'differentiable', variable.hints[0] ?? 'seed'));
  return check('checkShape', [read(variable), like, zeros, nameText(variable)], origin);
}

/** Is the seed, whose lists have lengths, added to an adjoint in one piece, where it is checked? */
function isAddedWhole(at: number, { plan }: Making): boolean {
  const seed = plan.derived.ir.params.filter(({ role }) => role !== 'primal')[at]?.id;
  let found = false;
  walkFunction(plan.derived.ir, (op) => {
    if (op.kind === 'addInto' && op.source === seed) found = true;
  });
  return found;
}

/** The seed of what f returns, or a part of it: how long that is shows where it is added to its adjoint. */
export function seedCheck(source: ValueId, value: Expr, like: Expr, making: Making): Stmt | undefined {
  const { plan, origin } = making;
  const { ir, of: marked } = plan.derived;
  const { seed, path } = partOfSeed(source, ir);
  const seeds = ir.params.filter(({ role }) => role !== 'primal');
  const at = seeds.findIndex(({ id, role }) => id === seed && role === 'seed');
  const written = marked.program.main.results.filter(({ kind }) => kind === 'written');
  const parameter = plan.extra[at];
  const of = written[at - (seeds.length - written.length)]?.param;
  // How long the rows of a nested argument are after f has written it shows where its seed is added, too.
  if (!parameter || (of !== undefined && !isNestedParameter(parameter) && !mayGrow(of, plan))) return undefined;
  const shape = path.reduce(fieldShape, parameter.shape);
  const name = [parameter.variable.hints[0], ...path].join('.');
  if (!shape || !isNested(shape)) {
    const length: Expr = like.kind === 'length' ? like : { kind: 'length', array: like, memory: undefined };
    return check('checkSeed', [value, length, text(JSON.stringify(name))], origin);
  }
  const constant = text(plan.tangents.constantOf(shape, 'differentiable', path.at(-1) ?? 'seed'));
  return check('checkShape', [value, like, constant, text(JSON.stringify(name))], origin);
}

function fieldShape(shape: Shape | undefined, name: string): Shape | undefined {
  return shape?.kind === 'record' ? shape.fields.find((field) => field.name === name)?.shape : undefined;
}

/** The parameter that a reference was read from, through fields of records. */
function partOfSeed(source: ValueId, ir: IrFunction): { readonly seed: ValueId; readonly path: readonly string[] } {
  const loads = new Map<ValueId, LoadOp>();
  const constants = new Map<ValueId, number>();
  walkFunction(ir, (op) => {
    if (op.kind === 'load') loads.set(op.out, op);
    if (op.kind === 'const' && typeof op.value === 'number') constants.set(op.out, op.value);
  });
  const path: string[] = [];
  let seed = source;
  for (let load = loads.get(seed); load; load = loads.get(seed)) {
    const type = infoOf(ir.values, load.array).type;
    const field = isRecord(type) ? type.fields[constants.get(load.index) ?? -1] : undefined;
    if (!field) break;
    path.unshift(field.name);
    seed = load.array;
  }
  return { seed, path };
}
