/** The parameters and the result type of a derivative function, and the names they get (contract: argument order, names). */
import type { DerivedFunction, SignatureParam } from '../ir/program.ts';
import type { ResultInfo, Storage, ValueId } from '../ir/types.ts';
import { withPrefix } from './describe.ts';
import { storageType, typeScriptType } from './lowering.ts';
import { numbered, toIdentifier, unusableNames } from './names.ts';
import { fillLines, pageWidth } from './page.ts';
import type { Variable } from './syntax.ts';

export interface Parameter {
  readonly variable: Variable;
  readonly type: string;
  readonly optional: boolean;
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
}

export interface Plan {
  readonly derived: DerivedFunction;
  /** f's own. */
  readonly primals: readonly Parameter[];
  /** Seeds or tangents, in order. */
  readonly extra: readonly Parameter[];
  readonly gradients: readonly GradientEntry[];
  /** The buffers of Into, one per gradient. */
  readonly buffers: readonly Parameter[];
  readonly out: Parameter | undefined;
  readonly returnType: string;
  /** Names that nothing in the body may take. */
  readonly taken: Set<string>;
}

export function planFunction(derived: DerivedFunction, moduleNames: Iterable<string>): Plan {
  const taken = new Set<string>([...unusableNames, ...moduleNames]);
  const own = derived.of.signature.params;
  const keepsOptional = derived.kind === 'grad' || derived.kind === 'valueAndGrad' || derived.kind === 'primal';
  const make = (wish: string, type: string, mayOmit: boolean, integer = false, optional = false): Parameter => {
    const name = freeName(wish, taken);
    return { variable: { id: -1 - taken.size, type, hints: [name], fixed: true, named: true, integer, optional }, type, optional: mayOmit };
  };
  const primals = own.map((param, i) => {
    const mayOmit = keepsOptional && param.optional && own.slice(i).every((later) => later.optional);
    return make(
      param.name,
      param.optional && !mayOmit ? `${param.type} | undefined` : param.type,
      mayOmit,
      param.shape.kind === 'int',
      param.optional,
    );
  });
  const gradients = gradientEntries(derived);
  const extra = derived.ir.params.filter(({ role }) => role !== 'primal').map(({ id, name }) => make(name, valueType(derived, id), false));
  const isInto = derived.kind === 'valueAndGradInto';
  const buffers = isInto ? gradients.map(({ name, type }) => make(name, type, false)) : [];
  const hasOut = takesOut(derived) && gradients.some(({ storage }) => storage !== undefined);
  const outName = own.some(({ name }) => name === 'out') ? 'gradOut' : 'out';
  const out = hasOut ? make(outName, gradientType(gradients), true) : undefined;
  return { derived, primals, extra, gradients, buffers, out, returnType: returnType(derived, gradients), taken };
}

const takesOut = ({ kind }: DerivedFunction): boolean => kind === 'grad' || kind === 'valueAndGrad' || kind === 'vjp';

function freeName(wish: string, taken: Set<string>): string {
  let name = wish.replace(/[^\p{ID_Continue}$]/gu, '');
  for (let count = 2; taken.has(name); count++) name = numbered(toIdentifier(wish), count);
  taken.add(name);
  return name;
}

function gradientEntries(derived: DerivedFunction): GradientEntry[] {
  if (derived.kind === 'jvp' || derived.kind === 'primal') return [];
  return derived.inputs.map((at): GradientEntry => {
    const of = derived.of.signature.params[at] as SignatureParam;
    const storage = of.shape.kind === 'array' ? of.shape.storage : undefined;
    return { of, at, name: withPrefix('d', of.name) ?? 'gradient', type: storage ? storageType(storage) : 'number', storage };
  });
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

/** The results of one kind with their types, in order. */
export function resultsOf(derived: DerivedFunction, ...kinds: readonly ResultInfo['kind'][]): LabelledResult[] {
  let returned = 0;
  return derived.ir.results.flatMap((result, at) => {
    // What f returns has the type that f's signature says: it may be an argument of a read-only type.
    const declared = result.kind === 'returned' ? derived.of.signature.returns[returned++]?.type : undefined;
    if (!kinds.includes(result.kind)) return [];
    return [{ label: toLabel(result.name, at), type: declared ?? valueType(derived, derived.ir.body.yields[at] as ValueId), at }];
  });
}

export interface LabelledResult {
  readonly label: string;
  readonly type: string;
  /** The position among the results of the IR. */
  readonly at: number;
}

const toLabel = (name: string, at: number): string => (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : `value${at + 1}`);

function returnType(derived: DerivedFunction, gradients: readonly GradientEntry[]): string {
  const value = tupleType(resultsOf(derived, 'returned', 'written'));
  switch (derived.kind) {
    case 'grad':
    case 'vjp':
      return gradientType(gradients);
    case 'valueAndGrad':
      return `{ value: ${value}; grad: ${gradientType(gradients)} }`;
    case 'jvp':
      return `{ value: ${value}; tangent: ${tupleType(resultsOf(derived, 'tangent'))} }`;
    default:
      return value;
  }
}

export function printSignature(plan: Plan, isRead: (parameter: Parameter) => boolean): string {
  const own = plan.primals.map((parameter) => printParameter(parameter, isRead(parameter) ? '' : '_'));
  const others = [...plan.extra, ...plan.buffers, ...(plan.out ? [plan.out] : [])];
  const list = [...own, ...others.map((parameter) => printParameter(parameter, isRead(parameter) ? '' : '_'))];
  const line = `export function ${plan.derived.name}(${list.join(', ')}): ${plan.returnType} {`;
  if (line.length <= pageWidth) return line;
  return [`export function ${plan.derived.name}(`, ...fillLines(list), `): ${plan.returnType} {`].join('\n');
}

function printParameter({ variable, type, optional }: Parameter, prefix: string): string {
  return `${prefix}${variable.hints[0] ?? ''}${optional ? '?' : ''}: ${type}`;
}
