/** The parameters and the result type of a derivative function, and the names they get (contract: argument order, names). */
import type { DerivedFunction, Shape, SignatureParam } from '../ir/program.ts';
import type { ResultInfo, Storage, ValueId } from '../ir/types.ts';
import { capitalize, withPrefix } from './describe.ts';
import { isMatrix } from './matrices.ts';
import { numbered, toIdentifier, unusableNames } from './names.ts';
import { fillLines, pageWidth } from './page.ts';
import type { Variable } from './syntax.ts';
import { isDifferentiableShape, isNested, type TangentTypes } from './tangents.ts';
import { typeScriptType } from './type-text.ts';

export interface Parameter {
  readonly variable: Variable;
  readonly type: string;
  readonly optional: boolean;
  /** Of what it belongs to: an output for a seed, an input for a tangent. */
  readonly shape?: Shape;
}

/** A gradient result: which parameter it belongs to, what it is called, how it is kept. */
export interface GradientEntry {
  readonly of: SignatureParam;
  readonly at: number;
  /** `dx`, `dWeights`. */
  readonly name: string;
  readonly type: string;
  /** undefined for a number. */
  readonly storage: Storage | undefined;
  readonly shape: Shape;
}

export interface Plan {
  readonly derived: DerivedFunction;
  /** What a pullback takes. */
  readonly seeds: readonly PullbackSeed[];
  /** f's own. */
  readonly primals: readonly Parameter[];
  /** Seeds or tangents, in order. */
  readonly extra: readonly Parameter[];
  readonly gradients: readonly GradientEntry[];
  /** The inputs that the columns of a matrix belong to. */
  readonly columns: readonly GradientEntry[];
  /** The buffers of Into, one per gradient. */
  readonly buffers: readonly Parameter[];
  readonly out: Parameter | undefined;
  readonly returnType: string;
  readonly tangents: TangentTypes;
  /** Names that nothing in the body may take. */
  readonly taken: Set<string>;
}

export function planFunction(
  derived: DerivedFunction,
  moduleNames: Iterable<string>,
  tangents: TangentTypes,
  pulled: readonly PullbackSeed[] = [],
): Plan {
  const taken = new Set<string>([...unusableNames, ...moduleNames]);
  const own = derived.of.signature.params;
  const isWhole = isMatrix(derived);
  const keepsOptional = derived.kind === 'grad' || derived.kind === 'valueAndGrad' || derived.kind === 'primal' || isWhole;
  const make = (wish: string, type: string, mayOmit: boolean, integer = false, optional = false): Parameter => {
    const name = freeName(wish, taken);
    return { variable: { id: -1 - taken.size, type, hints: [name], fixed: true, named: true, integer, optional }, type, optional: mayOmit };
  };
  const primals = own.map((param, i) => {
    const mayOmit = keepsOptional && param.optional && own.slice(i).every((later) => later.optional);
    const type = param.optional && !mayOmit ? `${param.type} | undefined` : param.type;
    return make(param.name, type, mayOmit, param.shape.kind === 'int', param.optional);
  });
  // Constants that are needed later are called after the parameters rather than after seeds.
  for (const { shape, name } of own) if (isNested(shape)) tangents.constantOf(shape, 'differentiable', name);
  const entries = gradientEntries(derived, tangents);
  const [gradients, columns] = isWhole ? [[], entries] : [entries, []];
  const shapes = takesTangents(derived) ? derived.inputs.map((at) => own[at]?.shape) : outputShapes(derived);
  const added = derived.ir.params.filter(({ role }) => role !== 'primal');
  const extra = added.map(({ id, name }, i): Parameter => {
    const shape = shapes[i];
    return { ...make(name, besideType(derived, id, shape, tangents), false), ...(shape && { shape }) };
  });
  // A pullback's own parameters stand beside everything that it keeps.
  const seeds = pulled.map((seed) => ({ ...seed, name: freeName(seed.name, taken) }));
  const buffers = derived.kind === 'valueAndGradInto' ? gradients.map(({ name, type }) => make(name, type, false)) : [];
  const hasOut = isWhole || (takesOut(derived) && gradients.some(({ storage }) => storage !== undefined));
  const outName = own.some(({ name }) => name === 'out') ? 'gradOut' : 'out';
  const out = hasOut ? make(outName, isWhole ? tangents.matrix : gradientType(gradients), true) : undefined;
  const type = returnType(derived, gradients, seeds, tangents);
  return { derived, seeds, primals, extra, gradients, columns, buffers, out, returnType: type, tangents, taken };
}

const takesOut = ({ kind }: DerivedFunction): boolean => kind === 'grad' || kind === 'valueAndGrad' || kind === 'vjp' || kind === 'hvp';

/** Do tangents of the inputs follow f's own parameters? Else, if anything, seeds of the outputs. */
const takesTangents = ({ kind }: DerivedFunction): boolean => kind === 'jvp' || kind === 'hvp';

function freeName(wish: string, taken: Set<string>): string {
  let name = wish.replace(/[^\p{ID_Continue}$]/gu, '');
  for (let count = 2; taken.has(name); count++) name = numbered(toIdentifier(wish), count);
  taken.add(name);
  return name;
}

function gradientEntries(derived: DerivedFunction, tangents: TangentTypes): GradientEntry[] {
  if (derived.kind === 'jvp' || derived.kind === 'primal') return [];
  return derived.inputs.map((at): GradientEntry => {
    const of = derived.of.signature.params[at] as SignatureParam;
    const { shape } = of;
    return { of, at, name: gradientName(of.name), type: tangents.typeOf(shape), storage: storageOf(shape), shape };
  });
}

/** The gradient of `o` cannot be called `do`. */
function gradientName(of: string): string {
  const name = withPrefix('d', of) ?? 'gradient';
  return unusableNames.has(name) ? `d${capitalize(of)}` : name;
}

function storageOf(shape: Shape): Storage | undefined {
  if (shape.kind === 'list') return 'refs';
  return shape.kind === 'record' ? 'record' : shape.kind === 'array' ? shape.storage : undefined;
}

/** The shapes of the outputs that have a derivative: what has a seed or a tangent, in order. */
export function outputShapes({ of }: DerivedFunction): Shape[] {
  const { params, returns } = of.signature;
  let returned = 0;
  const outputs = of.program.main.results.map(({ kind, param }) => {
    if (kind !== 'written') return returns[returned++]?.shape;
    const written = param === undefined ? undefined : params[param];
    return written?.differentiable ? written.shape : undefined;
  });
  return outputs.filter((shape): shape is Shape => shape !== undefined && isDifferentiableShape(shape));
}

/** The type of a seed or tangent. */
function besideType(derived: DerivedFunction, id: ValueId, shape: Shape | undefined, tangents: TangentTypes): string {
  return shape && isNested(shape) ? tangents.typeOf(shape) : valueType(derived, id);
}

function valueType(derived: DerivedFunction, id: ValueId): string {
  return typeScriptType(derived.ir.values[id]?.type ?? { kind: 'real' });
}

/** One gradient is itself, several are a labelled tuple. */
export function gradientType(gradients: readonly GradientEntry[]): string {
  return tupleType(gradients.map(({ name, type }) => ({ label: name, type })));
}

function tupleType(entries: readonly { readonly label: string; readonly type: string }[]): string {
  if (entries.length === 1) return entries[0]?.type ?? 'number';
  return `[${entries.map(({ label, type }) => `${label}: ${type}`).join(', ')}]`;
}

/** The results of one kind, in order. */
export function resultsOf(derived: DerivedFunction, ...kinds: readonly ResultInfo['kind'][]): LabelledResult[] {
  return derived.ir.results.flatMap((result, at) => (kinds.includes(result.kind) ? [{ label: toLabel(result.name, at), at }] : []));
}

function resultTypes(derived: DerivedFunction, tangents: TangentTypes, ...kinds: readonly ResultInfo['kind'][]) {
  const { params, returns } = derived.of.signature;
  const outputs = outputShapes(derived);
  let [returned, tangent] = [0, 0];
  const types = derived.ir.results.map(({ kind, param }, at) => {
    const id = derived.ir.body.yields[at] as ValueId;
    if (kind === 'tangent') return besideType(derived, id, outputs[tangent++], tangents);
    // What f returns has the type that f's signature says: it may be an argument of a read-only type.
    if (kind === 'returned') return returns[returned++]?.type ?? valueType(derived, id);
    const written = param === undefined ? undefined : params[param];
    return written && isNested(written.shape) ? written.type : valueType(derived, id);
  });
  return resultsOf(derived, ...kinds).map(({ label, at }) => ({ label, type: types[at] ?? 'number' }));
}

export interface LabelledResult {
  readonly label: string;
  /** The position among the results of the IR. */
  readonly at: number;
}

const toLabel = (name: string, at: number): string => (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : `value${at + 1}`);

function returnType(
  derived: DerivedFunction,
  gradients: readonly GradientEntry[],
  seeds: readonly PullbackSeed[],
  tangents: TangentTypes,
): string {
  const value = tupleType(resultTypes(derived, tangents, 'returned', 'written'));
  switch (derived.kind) {
    case 'grad':
    case 'vjp':
    case 'hvp':
      return gradientType(gradients);
    case 'jacobian':
    case 'hessian':
      return tangents.matrix;
    case 'pullback':
      return `{ value: ${value}; pullback: (${seedTypes(derived, seeds, tangents).join(', ')}) => ${gradientType(gradients)} }`;
    case 'valueAndGradInto':
      return value;
    case 'valueAndGrad':
      return `{ value: ${value}; grad: ${gradientType(gradients)} }`;
    case 'jvp':
      return `{ value: ${value}; tangent: ${tupleType(resultTypes(derived, tangents, 'tangent'))} }`;
    default:
      return ownReturnType(derived);
  }
}

/** A parameter of a pullback. */
export interface PullbackSeed {
  readonly id: ValueId;
  readonly name: string;
}

/** One seed for each output: what the last local function takes besides what is kept for it. */
export function pullbackSeeds({ kind, ir }: DerivedFunction): readonly PullbackSeed[] {
  if (kind !== 'pullback') return [];
  const captured = ir.results.filter((result) => result.kind === 'captured').length;
  const [body] = ir.body.ops.flatMap((op) => (op.kind === 'functions' ? op.bodies : [])).slice(-1);
  const taken = new Set<string>();
  return (body?.params.slice(captured) ?? []).map((id) => ({ id, name: freeName(ir.values[id]?.hint ?? 'seed', taken) }));
}

function seedTypes(derived: DerivedFunction, seeds: readonly PullbackSeed[], tangents: TangentTypes): string[] {
  const shapes = outputShapes(derived);
  return seeds.map(({ id, name }, at) => `${name}: ${besideType(derived, id, shapes[at], tangents)}`);
}

/** As f itself. */
function ownReturnType({ of }: DerivedFunction): string {
  const { returns, tuple } = of.signature;
  const entries = returns.map(({ name, type }, at) => `${toLabel(name, at)}: ${type}`);
  return tuple ? `[${entries.join(', ')}]` : (returns[0]?.type ?? 'void');
}

/** What a function is called. */
export interface Head {
  readonly name: string;
  readonly isExported: boolean;
}

export function printSignature(plan: Plan, isRead: (parameter: Parameter) => boolean, { name, isExported }: Head): string {
  const head = `${isExported ? 'export ' : ''}function ${name}(`;
  const all = [...plan.primals, ...plan.extra, ...plan.buffers, ...(plan.out ? [plan.out] : [])];
  const names = namesAsRead(all.map((parameter) => ({ name: parameter.variable.hints[0] ?? '', isRead: isRead(parameter) })));
  const list = all.map(({ type, optional }, at) => `${names[at]}${optional ? '?' : ''}: ${type}`);
  const line = `${head}${list.join(', ')}): ${plan.returnType} {`;
  if (line.length <= pageWidth) return line;
  return [head, ...fillLines(list), `): ${plan.returnType} {`].join('\n');
}

/** Parameters that nobody reads begin with an underscore, with several where another one has that name. */
export function namesAsRead(parameters: readonly { readonly name: string; readonly isRead: boolean }[]): string[] {
  const taken = new Set(parameters.map(({ name }) => name));
  return parameters.map(({ name, isRead }) => {
    let shown = isRead ? name : `_${name}`;
    while (!isRead && taken.has(shown)) shown = `_${shown}`;
    taken.add(shown);
    return shown;
  });
}
