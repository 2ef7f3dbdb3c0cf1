/**
 * The small tree between IR and text: structured statements over variables that may be assigned more than once.
 *
 * Expressions are immutable. Statements and blocks are made by `emit` alone and reshaped in place by its passes.
 */
import type { Origin } from '../diagnostics/origin.ts';

/** A place of the emitted function. It gets its name last, in names.ts. */
export interface Variable {
  readonly id: number;
  /** The TypeScript type, for declarations that need one. */
  readonly type: string;
  /** Wishes for the name, best first; `fixed`: the first is the name. */
  readonly hints: readonly string[];
  readonly fixed: boolean;
  /** Whether the first hint is the user's word (or made from it), not a description. */
  readonly named: boolean;
  /** Never differentiated: an index, a length, a count. */
  readonly integer?: boolean;
  /** It may be undefined (or null, which its type then says). */
  readonly optional?: boolean;
  /** A literal that it is given needs the type: it holds tuples. */
  readonly annotated?: boolean;
  /** The parameter of a function expression: it needs no declaration. */
  readonly bound?: boolean;
}

/** Memory that may be shared: two accesses can touch the same number only if their classes are equal. */
export type MemoryClass = number;

export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '**'
  | '<'
  | '<='
  | '>'
  | '>='
  | '==='
  | '!=='
  | '=='
  | '!='
  | '&&'
  | '||'
  | '??'
  | '&'
  | '|'
  | '^'
  | '<<'
  | '>>'
  | '>>>';

export type Expr =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'read'; readonly variable: Variable }
  | { readonly kind: 'unary'; readonly operator: '-' | '!' | '~'; readonly operand: Expr }
  | { readonly kind: 'truthy'; readonly operand: Expr }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Expr; readonly right: Expr; readonly relaxed?: boolean }
  | { readonly kind: 'conditional'; readonly test: Expr; readonly then: Expr; readonly otherwise: Expr }
  /** `callee(…)`; `pure`: may move freely (else it makes new memory); `writes`: it may change any memory. */
  | { readonly kind: 'call'; readonly callee: string; readonly args: readonly Expr[]; readonly pure: boolean; readonly writes?: boolean }
  /** `object.name(…)`: makes new memory or has effects. `fits`: a `set` into a record that was made long enough. */
  | { readonly kind: 'method'; readonly object: Expr; readonly name: string; readonly args: readonly Expr[]; readonly fits?: boolean }
  | ElementExpr
  /** `maybe`: `array?.length`. */
  | { readonly kind: 'length'; readonly array: Expr; readonly memory: MemoryClass | undefined; readonly maybe?: boolean }
  /** `array.map((parameter) => body)`: the body reads its parameter and no other variable. */
  | { readonly kind: 'map'; readonly array: Expr; readonly parameter: Variable; readonly body: Expr }
  /** `(parameters) => callee(captured…, parameters…)`. */
  | { readonly kind: 'lambda'; readonly parameters: readonly string[]; readonly callee: string; readonly captured: readonly Expr[] }
  /** `operand!`: TypeScript cannot know that it is there. */
  | { readonly kind: 'sure'; readonly operand: Expr }
  /** `variable++` or `--variable`, as an index. */
  | { readonly kind: 'update'; readonly variable: Variable; readonly operator: '++' | '--' }
  | { readonly kind: 'text'; readonly text: string }
  /** `target = value` of something that is no variable of ours. */
  | { readonly kind: 'set'; readonly target: string; readonly value: Expr }
  | { readonly kind: 'list'; readonly elements: readonly Expr[] }
  /** A field called `...` is spread. */
  | { readonly kind: 'object'; readonly fields: readonly (readonly [string, Expr])[] }
  /** `operand as type`. */
  | { readonly kind: 'cast'; readonly operand: Expr; readonly type: string }
  | { readonly kind: 'template'; readonly parts: readonly (string | Expr)[] };

/** `array[index]`, or with a `field` `array.field`. */
export interface ElementExpr {
  readonly kind: 'element';
  readonly array: Expr;
  readonly index: Expr;
  readonly memory: MemoryClass;
  /** No `!` behind it: it is known to be there, or the code around it says what then. */
  readonly raw: boolean;
  readonly field?: string;
  /** `array?.field`. */
  readonly maybe?: boolean;
  /** A reference that may be null or undefined. */
  readonly lacks?: boolean;
}

export type Block = Stmt[];

export interface AssignStmt {
  readonly kind: 'assign';
  readonly variable: Variable;
  value: Expr;
  /** Set by declare.ts. */
  declare?: 'const' | 'let';
  /** The declaration says its type; set by annotate.ts. */
  typed?: boolean;
  readonly origin: Origin;
}

export interface DeclareStmt {
  readonly kind: 'declare';
  readonly variable: Variable;
  readonly origin: Origin;
}

export interface StoreStmt {
  readonly kind: 'store';
  array: Expr;
  index: Expr;
  /** `array.field`: the index is only its number. */
  readonly field?: string;
  /** The element is known to be there: no `!` behind it. */
  readonly raw?: boolean;
  readonly operator: '=' | '+=';
  value: Expr;
  readonly memory: MemoryClass;
  readonly origin: Origin;
}

/** A call for its effect on memory; `writes` is undefined where it may be any. */
export interface EffectStmt {
  readonly kind: 'effect';
  value: Expr;
  readonly writes: readonly MemoryClass[] | undefined;
  readonly origin: Origin;
}

export interface IfStmt {
  readonly kind: 'if';
  test: Expr;
  then: Block;
  otherwise: Block;
  readonly origin: Origin;
}

export interface ForStmt {
  readonly kind: 'for';
  readonly index: Variable;
  from: Expr;
  relation: '<' | '<=' | '>' | '>=';
  to: Expr;
  readonly step: number;
  body: Block;
  /** The variable that holds the exit code: 0 whenever the loop's head is reached. */
  exit?: Variable;
  readonly origin: Origin;
}

/** `for (const variable of array)`: made whole, nothing jumps out of it. */
export interface EachStmt {
  readonly kind: 'each';
  readonly variable: Variable;
  array: Expr;
  readonly body: Block;
  readonly origin: Origin;
}

/** `setup` runs before each evaluation of `test`. */
export interface WhileStmt {
  readonly kind: 'while';
  when: 'before' | 'after';
  setup: Block;
  test: Expr;
  body: Block;
  exit?: Variable;
  readonly origin: Origin;
}

export type LoopStmt = ForStmt | WhileStmt;

export interface JumpStmt {
  readonly kind: 'break' | 'continue';
  readonly loop: LoopStmt;
  readonly origin: Origin;
}

export interface ReturnStmt {
  readonly kind: 'return';
  value: Expr | undefined;
  readonly origin: Origin;
}

export interface ThrowStmt {
  readonly kind: 'throw';
  value: Expr;
  readonly origin: Origin;
}

export interface TryStmt {
  readonly kind: 'try';
  body: Block;
  finally: Block;
  readonly origin: Origin;
}

/** `(() => { body })();`: nothing jumps out of it. */
export interface ApartStmt {
  readonly kind: 'apart';
  body: Block;
  readonly origin: Origin;
}

export interface CommentStmt {
  readonly kind: 'comment';
  readonly text: string;
  readonly origin: Origin;
}

export type Stmt =
  | AssignStmt
  | DeclareStmt
  | StoreStmt
  | EffectStmt
  | IfStmt
  | ForStmt
  | EachStmt
  | WhileStmt
  | JumpStmt
  | ReturnStmt
  | ThrowStmt
  | TryStmt
  | ApartStmt
  | CommentStmt;

export const number = (value: number): Expr => ({ kind: 'number', value });
export const boolean = (value: boolean): Expr => ({ kind: 'boolean', value });
export const text = (value: string): Expr => ({ kind: 'text', text: value });
export const read = (variable: Variable): Expr => ({ kind: 'read', variable });
export const binary = (operator: BinaryOperator, left: Expr, right: Expr): Expr => ({ kind: 'binary', operator, left, right });
export const call = (callee: string, args: readonly Expr[], pure = true): Expr => ({ kind: 'call', callee, args, pure });
/** Sets an array of numbers to 0; short ones in a loop, since a call of `fill` would take longer than the work on them. */
export const setToZero = (array: Expr): Expr => call('setToZero', [array], false);
export const method = (object: Expr, name: string, args: readonly Expr[]): Expr => ({ kind: 'method', object, name, args });
export const assign = (variable: Variable, value: Expr, origin: Origin): AssignStmt => ({ kind: 'assign', variable, value, origin });

export function isLoop(statement: Stmt): statement is LoopStmt {
  return statement.kind === 'for' || statement.kind === 'while';
}

/** Does control never reach what follows this statement? (Loops without an end aside.) */
export function leaves(statement: Stmt | undefined): boolean {
  if (!statement) return false;
  if (statement.kind === 'if') return leaves(statement.then.at(-1)) && leaves(statement.otherwise.at(-1));
  return statement.kind === 'break' || statement.kind === 'continue' || statement.kind === 'return' || statement.kind === 'throw';
}
