/** What is known about a marked function once it is compiled, for `--list`, `--stats`, `--verify` and `gradgen why`. */
import type { SourceSpan } from './diagnostics/origin.ts';
import type { DerivedFunction, Mark, MarkedFunction, Shape, Signature, SignatureParam } from './ir/program.ts';
import type { IrFunction } from './ir/types.ts';
import { operationsOf } from './operations.ts';
import { type RecomputedReport, type RecordReport, recomputedIn, recordsIn } from './recorded.ts';

export type { RecomputedReport, RecordReport, ReportedValue } from './recorded.ts';

export interface ParameterReport {
  readonly name: string;
  /** As the generated file writes it. */
  readonly type: string;
  readonly shape: Shape;
  readonly optional: boolean;
  /** `inactive`: neither differentiated nor an integer. */
  readonly role: 'input' | 'integer' | 'inactive';
  /** Why it has that role; ends the sentence "x is an input: …". */
  readonly why: string;
}

export interface OutputReport {
  readonly name: string;
  readonly kind: 'returned' | 'written';
  /** For `written`: the index of the parameter. */
  readonly param?: number;
  /** As declared. */
  readonly shape: Shape;
  readonly differentiable: boolean;
}

export interface DerivativeReport {
  readonly name: string;
  readonly kind: DerivedFunction['kind'];
  /** Indices of the differentiated parameters. */
  readonly inputs: readonly number[];
  /** Operations of one call, each loop counted with ten iterations. */
  readonly operations: number;
  readonly records: readonly RecordReport[];
  readonly recomputed: readonly RecomputedReport[];
}

export interface FunctionReport {
  /** Absolute path of the module. */
  readonly source: string;
  readonly name: string;
  readonly exportName: string;
  readonly at: SourceSpan;
  /** `@grad x`, as it counts. */
  readonly marks: readonly string[];
  /** False where it was compiled only because all functions are. */
  readonly marked: boolean;
  readonly params: readonly ParameterReport[];
  readonly outputs: readonly OutputReport[];
  /** Does f return a tuple? */
  readonly tuple: boolean;
  /** As {@link DerivativeReport.operations}, of f itself. */
  readonly operations: number;
  readonly derivatives: readonly DerivativeReport[];
  /** The texts after `@sample`: lists of arguments. */
  readonly samples: readonly string[];
}

export interface ReportedFunction {
  readonly marked: MarkedFunction;
  /** Without calls; undefined where the function was refused on the way. */
  readonly primal: IrFunction;
  readonly derived: readonly DerivedFunction[];
  readonly samples: readonly string[];
  readonly isMarked: boolean;
}

export function reportFunction({ marked, primal, derived, samples, isMarked }: ReportedFunction): FunctionReport {
  const { signature } = marked;
  const inputs = new Set(marked.marks.flatMap((mark) => mark.inputs));
  return {
    source: marked.at.file,
    name: marked.name,
    exportName: marked.exportName,
    at: marked.at,
    marks: marked.marks.map((mark) => markText(mark, signature.params)),
    marked: isMarked,
    params: signature.params.map((param, at) => reportParameter(param, inputs.has(at))),
    outputs: outputsOf(primal, signature),
    tuple: signature.tuple,
    operations: operationsOf(primal),
    derivatives: derived.map((each) => reportDerivative(each, primal)),
    samples,
  };
}

function markText({ tag, inputs, as }: Mark, params: readonly SignatureParam[]): string {
  const names = inputs.map((at) => params[at]?.name ?? '').join(', ');
  return `@${tag} ${names}${as === undefined ? '' : ` as ${as}`}`;
}

function reportParameter(param: SignatureParam, isInput: boolean): ParameterReport {
  const { name, type, shape, optional, differentiable } = param;
  if (isInput) return { name, type, shape, optional, role: 'input', why: `its type is ${type}` };
  if (shape.kind === 'int') return { name, type, shape, optional, role: 'integer', why: 'its type is int' };
  const why = differentiable ? 'the mark does not list it' : whyInactive(param);
  return { name, type, shape, optional, role: 'inactive', why };
}

function whyInactive({ shape, type }: SignatureParam): string {
  return isDifferentiable(shape) ? 'it is marked @inactive' : `its type is ${type}`;
}

/** A real number, or something that holds one. */
function isDifferentiable(shape: Shape): boolean {
  switch (shape.kind) {
    case 'array':
      return /^(?:f64|f32|list)$/.test(shape.storage);
    case 'list':
      return isDifferentiable(shape.element);
    case 'record':
      return shape.fields.some((field) => !field.passive && isDifferentiable(field.shape));
    default:
      return shape.kind === 'real';
  }
}

function outputsOf(primal: IrFunction, { params, returns }: Signature): OutputReport[] {
  return primal.results.flatMap(({ name, kind, param }, at): OutputReport[] => {
    if (kind !== 'returned' && kind !== 'written') return [];
    const shape = (kind === 'written' ? params[param ?? -1] : returns[at])?.shape ?? { kind: 'opaque' };
    return [{ name, kind, shape, differentiable: isDifferentiable(shape), ...(param !== undefined && { param }) }];
  });
}

function reportDerivative({ name, kind, inputs, ir }: DerivedFunction, primal: IrFunction): DerivativeReport {
  const operations = operationsOf(ir);
  return { name, kind, inputs, operations, records: recordsIn(ir), recomputed: recomputedIn(ir, primal) };
}
