/** What the front end hands on: marked functions, lowered, with the signatures that their derivatives are printed with. */
import type { SourceSpan } from '../diagnostics/origin.ts';
import type { Field, IrFunction, IrProgram, NumberStorage } from './types.ts';

export type Shape =
  | { readonly kind: 'real' }
  | { readonly kind: 'int' }
  | { readonly kind: 'bool' }
  /** A string that is compared or switched on; `literals`: those that it may be, where its type lists them. */
  | { readonly kind: 'text'; readonly literals?: readonly string[] }
  | { readonly kind: 'array'; readonly storage: NumberStorage; readonly readonly: boolean }
  /** A JavaScript array of anything but numbers: rows, records, texts, flags. */
  | { readonly kind: 'list'; readonly element: Shape; readonly readonly: boolean }
  | RecordShape
  /** Carried along, never computed with (a string in an error message, an unused parameter of any type). */
  | { readonly kind: 'opaque' };

/** An object with fields, or a tuple (fields "0", "1", …): in the same order as the fields of its `RecordType`. */
export interface RecordShape {
  readonly kind: 'record';
  readonly fields: readonly ShapeField[];
  readonly tuple: boolean;
  /** The name under which the user declared it, as in `Vec2`; undefined for an object type written in place. */
  readonly name?: string;
  /** How a generated file writes the type itself, as {@link SignatureParam.type}. */
  readonly type: string;
}

export interface ShapeField {
  readonly name: string;
  readonly shape: Shape;
  /** It may be undefined or null. */
  readonly optional: boolean;
  readonly readonly: boolean;
  /** As {@link Field.passive}. */
  readonly passive?: true;
}

export interface SignatureParam {
  readonly name: string;
  /** The type as the generated file writes it: the user's text where its names can be imported, else a structural type. */
  readonly type: string;
  readonly shape: Shape;
  /** By the declaration alone: a differentiable type, not `int`, not `@inactive`. */
  readonly differentiable: boolean;
  /** `p?: T` or `p: T = d`: undefined is allowed. The primal tests it with the `given` primitive. */
  readonly optional: boolean;
  /** Text after `@param name`, if the user wrote one. */
  readonly doc?: string;
}

export interface Signature {
  readonly params: readonly SignatureParam[];
  /** What f returns: one entry for a number or array, one per element of a tuple, none for void. */
  readonly returns: readonly { readonly name: string; readonly type: string; readonly shape: Shape }[];
  /** Whether several returns came as a tuple (also a tuple of one). */
  readonly tuple: boolean;
}

export interface Mark {
  readonly tag: 'grad' | 'vjp' | 'pullback' | 'jvp' | 'hvp' | 'jacobian' | 'hessian';
  /** Indices of the differentiated parameters, in parameter order. */
  readonly inputs: readonly number[];
  /** `as NAME`: the whole name of the derivative function. */
  readonly as?: string;
  readonly at: SourceSpan;
}

/** A name that the generated file needs from a module of the user's. */
export interface ImportNeed {
  readonly name: string;
  /** Absolute path of the module that exports it. */
  readonly module: string;
  /** The module specifier where it is a package or a path that must be kept; else the emitter makes it relative. */
  readonly specifier?: string;
  readonly typeOnly: boolean;
}

export interface MarkedFunction {
  /** Base of the derived names. */
  readonly name: string;
  /** The exported binding, for `{@link …}`; `default` for a default export without a name. */
  readonly exportName: string;
  readonly marks: readonly Mark[];
  readonly signature: Signature;
  /** The lowered function: params as in the signature; results are the returned values, then every array parameter that f may write. */
  readonly program: IrProgram;
  /** The user's summary sentence, if the doc comment has one. */
  readonly doc?: string;
  readonly imports: readonly ImportNeed[];
  readonly at: SourceSpan;
}

export interface MarkedModule {
  /** Absolute path. */
  readonly file: string;
  readonly functions: readonly MarkedFunction[];
  /** Absolute paths of the other modules whose text the functions depend on, sorted. */
  readonly uses: readonly string[];
}

/** A derivative ready to be printed. */
export interface DerivedFunction {
  readonly name: string;
  /** `Into` and `valueAndGrad` share the IR of one body: value(s) first, then gradients. */
  readonly kind: 'grad' | 'valueAndGrad' | 'valueAndGradInto' | 'vjp' | 'pullback' | 'jvp' | 'hvp' | 'jacobian' | 'hessian' | 'primal';
  readonly of: MarkedFunction;
  /** Indices of the differentiated parameters. */
  readonly inputs: readonly number[];
  readonly ir: IrFunction;
  /** One sentence per kind of kink met: "0 where the argument of Math.abs is 0". */
  readonly kinks: readonly string[];
}

/** A file to print. */
export interface DerivedModule {
  readonly source: string;
  readonly target: string;
  readonly uses: readonly string[];
  readonly functions: readonly DerivedFunction[];
}
