/**
 * The naming scheme.
 *
 *     x           the user's name for a value, wherever it is free
 *     dX, dx      adjoints (the transform wishes for them): dx for one letter, dWeights for a word
 *     savedX      records
 *     xi          x[i] without a name of its own; `product`, `root`, … a word for what an operation gives (describe.ts)
 *     i, j, k     counters without a name
 *     product2    where a name is taken by something in scope; rateb where it ends in a digit (rate1 → rate1b)
 *     tNext       t, v and tmp are never numbered, a reader could not tell t1 from a temporary
 *
 * A name may return in a block beside, never in a block inside: nothing is shadowed. Names depend on the function alone.
 */
import { kernelNames } from './kernels.ts';
import type { Block, Expr, Stmt, Variable } from './syntax.ts';
import { blocksOf, childrenOf, expressionsOf, walkExpressions } from './traverse.ts';

const reservedWords = [
  'arguments',
  'await',
  'break',
  'case',
  'catch',
  'class',
  'const',
  'continue',
  'debugger',
  'default',
  'delete',
  'do',
  'else',
  'enum',
  'eval',
  'export',
  'extends',
  'false',
  'finally',
  'for',
  'function',
  'if',
  'implements',
  'import',
  'in',
  'instanceof',
  'interface',
  'let',
  'new',
  'null',
  'package',
  'private',
  'protected',
  'public',
  'return',
  'static',
  'super',
  'switch',
  'this',
  'throw',
  'true',
  'try',
  'typeof',
  'var',
  'void',
  'while',
  'with',
  'yield',
];
const globalNames = [
  'Array',
  'Boolean',
  'Error',
  'EvalError',
  'Float32Array',
  'Float64Array',
  'Infinity',
  'Int16Array',
  'Int32Array',
  'Int8Array',
  'Math',
  'NaN',
  'Number',
  'Object',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
  'Uint16Array',
  'Uint32Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'undefined',
  'arena',
  'RecordStack',
];
/** Functions of `gradgen/runtime` that generated code calls. */
export const runtimeNames: readonly string[] = [
  'gradientBuffer',
  'gradientList',
  'toFloat32',
  'checkOut',
  'checkNestedOut',
  'checkApart',
  'checkRecord',
  'checkDistinct',
  'checkSeed',
  'checkShape',
  'checkAliases',
  'checkNestedAliases',
  'matrixBuffer',
  'setToZero',
];
export const unusableNames: ReadonlySet<string> = new Set([...reservedWords, ...globalNames, ...runtimeNames, ...kernelNames.keys()]);

interface Scope {
  readonly parent: Scope | undefined;
  readonly names: Set<string>;
  /** Names declared in blocks inside of this one. */
  readonly below: Set<string>;
  /** The number that a wish got last in this very scope. */
  readonly counts: Map<string, number>;
}

/** Names every variable that a body declares; `taken` are the names around it, besides those of the functions that the body calls. */
export function chooseNames(body: Block, taken: Iterable<string>): Map<Variable, string> {
  const names = new Map<Variable, string>();
  const outermost: Scope = {
    parent: undefined,
    names: new Set([...unusableNames, ...taken, ...calledIn(body)]),
    below: new Set(),
    counts: new Map(),
  };
  const declared: [Variable, Scope][] = [];
  collectDeclarations(body, scopeIn(outermost), declared);
  // The user's words first, so that a description never takes one.
  for (const [variable, scope] of declared) if (variable.named) name(variable, scope, names);
  for (const [variable, scope] of declared) if (!variable.named) name(variable, scope, names);
  return names;
}

/** `f` of `f(x)`, `Math` of `Math.sin(x)`. */
function calledIn(body: Block): Set<string> {
  const called = new Set<string>();
  walkExpressions(body, (expr) => {
    if (expr.kind === 'call' || expr.kind === 'lambda') called.add(expr.callee.replace(/^new /, '').replace(/[.<].*$/, ''));
  });
  return called;
}

const scopeIn = (parent: Scope): Scope => ({ parent, names: new Set(), below: new Set(), counts: new Map() });

function collectDeclarations(block: Block, scope: Scope, declared: [Variable, Scope][]): void {
  for (const statement of block) {
    const own = declaredBy(statement);
    if (own) declared.push([own, scope]);
    for (const expr of expressionsOf(statement)) collectParameters(expr, scope, declared);
    for (const inner of blocksOf(statement)) {
      const innerScope = scopeIn(scope);
      if (statement.kind === 'for') declared.push([statement.index, innerScope]);
      if (statement.kind === 'each') declared.push([statement.variable, innerScope]);
      collectDeclarations(inner, innerScope, declared);
    }
  }
}

/** The parameters of function expressions. */
function collectParameters(expr: Expr, scope: Scope, declared: [Variable, Scope][]): void {
  if (expr.kind !== 'map') return childrenOf(expr).forEach((child) => void collectParameters(child, scope, declared));
  collectParameters(expr.array, scope, declared);
  const inner = scopeIn(scope);
  declared.push([expr.parameter, inner]);
  collectParameters(expr.body, inner, declared);
}

function declaredBy(statement: Stmt): Variable | undefined {
  if (statement.kind === 'declare') return statement.variable;
  return statement.kind === 'assign' && statement.declare ? statement.variable : undefined;
}

function name(variable: Variable, scope: Scope, names: Map<Variable, string>): void {
  const chosen = freeName(variable, scope);
  names.set(variable, chosen);
  scope.names.add(chosen);
  for (let outer = scope.parent; outer; outer = outer.parent) outer.below.add(chosen);
}

function freeName(variable: Variable, scope: Scope): string {
  const wishes = variable.hints.map(toIdentifier);
  const first = variable.named ? wishes.slice(0, 1) : wishes;
  for (const wish of first) if (isFree(wish, scope)) return wish;
  const base = wishes[0] ?? 'value';
  for (let count = (scope.counts.get(base) ?? 1) + 1; ; count++) {
    const wish = numbered(base, count);
    if (!isFree(wish, scope)) continue;
    scope.counts.set(base, count);
    return wish;
  }
}

/** An identifier that does not look like a compiler's temporary. */
export function toIdentifier(wish: string): string {
  const word = wish.replace(/[^\p{ID_Continue}$]/gu, '').replace(/^(?=\d)/, '_');
  const temporary = /^(t|v|tmp)(\d+)$/.exec(word);
  if (temporary) return `${temporary[1]}At${temporary[2]}`;
  return word === '' ? 'value' : word;
}

export function numbered(wish: string, count: number): string {
  if (/^(t|v|tmp)$/.test(wish)) return count === 2 ? `${wish}Next` : `${wish}Next${count - 1}`;
  if (/\d$/.test(wish)) return `${wish}${count <= 26 ? String.fromCharCode(96 + count) : `x${count}`}`;
  return `${wish}${count}`;
}

function isFree(wish: string, scope: Scope): boolean {
  if (scope.below.has(wish)) return false;
  for (let outer: Scope | undefined = scope; outer; outer = outer.parent) if (outer.names.has(wish)) return false;
  return true;
}
