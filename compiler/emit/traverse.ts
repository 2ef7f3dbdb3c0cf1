/** Reading and rewriting the emitter's tree without knowing each kind. */
import type { Block, Expr, MemoryClass, Stmt, Variable } from './syntax.ts';

export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'unary':
    case 'truthy':
    case 'sure':
    case 'cast':
      return [expr.operand];
    case 'binary':
      return [expr.left, expr.right];
    case 'conditional':
      return [expr.test, expr.then, expr.otherwise];
    case 'call':
      return expr.args;
    case 'method':
      return [expr.object, ...expr.args];
    case 'element':
      return [expr.array, expr.index];
    case 'length':
      return [expr.array];
    case 'map':
      return [expr.array, expr.body];
    case 'lambda':
      // Read at every call: nothing moves in there.
      return [...expr.captured, ...expr.captured];
    case 'set':
      return [expr.value];
    case 'list':
      return expr.elements;
    case 'object':
      return expr.fields.map(([, value]) => value);
    case 'template':
      return expr.parts.filter((part): part is Expr => typeof part !== 'string');
    default:
      return [];
  }
}

/** The same expression with its direct children replaced. */
export function mapChildren(expr: Expr, map: (child: Expr) => Expr): Expr {
  switch (expr.kind) {
    case 'unary':
    case 'truthy':
    case 'sure':
    case 'cast':
      return { ...expr, operand: map(expr.operand) };
    case 'binary':
      return { ...expr, left: map(expr.left), right: map(expr.right) };
    case 'conditional':
      return { ...expr, test: map(expr.test), then: map(expr.then), otherwise: map(expr.otherwise) };
    case 'call':
      return { ...expr, args: expr.args.map(map) };
    case 'method':
      return { ...expr, object: map(expr.object), args: expr.args.map(map) };
    case 'element':
      return { ...expr, array: map(expr.array), index: map(expr.index) };
    case 'length':
      return { ...expr, array: map(expr.array) };
    case 'map':
      return { ...expr, array: map(expr.array), body: map(expr.body) };
    case 'lambda':
      return { ...expr, captured: expr.captured.map(map) };
    case 'set':
      return { ...expr, value: map(expr.value) };
    case 'list':
      return { ...expr, elements: expr.elements.map(map) };
    case 'object':
      return { ...expr, fields: expr.fields.map(([name, value]) => [name, map(value)] as const) };
    case 'template':
      return { ...expr, parts: expr.parts.map((part) => (typeof part === 'string' ? part : map(part))) };
    default:
      return expr;
  }
}

export function walkExpr(expr: Expr, visit: (expr: Expr) => void): void {
  visit(expr);
  for (const child of childrenOf(expr)) walkExpr(child, visit);
}

/** The expressions a statement evaluates itself, in order; not those of its blocks. */
export function expressionsOf(statement: Stmt): readonly Expr[] {
  switch (statement.kind) {
    case 'assign':
    case 'effect':
    case 'throw':
      return [statement.value];
    case 'store':
      return [statement.array, statement.index, statement.value];
    case 'if':
    case 'while':
      return [statement.test];
    case 'for':
      return [statement.from, statement.to];
    case 'each':
      return [statement.array];
    case 'return':
      return statement.value ? [statement.value] : [];
    default:
      return [];
  }
}

export function blocksOf(statement: Stmt): readonly Block[] {
  switch (statement.kind) {
    case 'if':
      return [statement.then, statement.otherwise];
    case 'for':
    case 'each':
    case 'apart':
      return [statement.body];
    case 'while':
      return statement.when === 'before' ? [statement.setup, statement.body] : [statement.body, statement.setup];
    case 'try':
      return [statement.body, statement.finally];
    default:
      return [];
  }
}

export function walkBlock(block: Block, visit: (statement: Stmt) => void): void {
  for (const statement of block) {
    visit(statement);
    for (const inner of blocksOf(statement)) walkBlock(inner, visit);
  }
}

/** Every expression node in a block. */
export function walkExpressions(block: Block, visit: (expr: Expr) => void): void {
  walkBlock(block, (statement) => {
    for (const expr of expressionsOf(statement)) walkExpr(expr, visit);
  });
}

/** What a piece of code may change. */
export interface Effects {
  readonly variables: Set<Variable>;
  readonly memory: Set<MemoryClass>;
  anyMemory: boolean;
}

export const noEffects = (): Effects => ({ variables: new Set(), memory: new Set(), anyMemory: false });

/** Adds what the statement itself changes, not what its blocks do. */
export function addEffects(statement: Stmt, effects: Effects): void {
  if (statement.kind === 'assign') effects.variables.add(statement.variable);
  if (statement.kind === 'for') effects.variables.add(statement.index);
  if (statement.kind === 'each') effects.variables.add(statement.variable);
  if (statement.kind === 'store') effects.memory.add(statement.memory);
  if (statement.kind === 'effect') {
    if (!statement.writes) effects.anyMemory = true;
    for (const memory of statement.writes ?? []) effects.memory.add(memory);
  }
  for (const expr of expressionsOf(statement)) {
    walkExpr(expr, (node) => {
      if (node.kind === 'update') effects.variables.add(node.variable);
      if (node.kind === 'call' && node.writes) effects.anyMemory = true;
    });
  }
}

/** Everything that a block may change, at any depth. */
export function effectsOf(block: Block): Effects {
  const effects = noEffects();
  walkBlock(block, (statement) => addEffects(statement, effects));
  return effects;
}

export interface Counts {
  readonly reads: Map<Variable, number>;
  readonly writes: Map<Variable, number>;
}

/** How often each variable occurs. */
export function countOccurrences(block: Block): Counts {
  const counts: Counts = { reads: new Map(), writes: new Map() };
  const add = (map: Map<Variable, number>, variable: Variable): void => void map.set(variable, (map.get(variable) ?? 0) + 1);
  walkBlock(block, (statement) => {
    if (statement.kind === 'assign') add(counts.writes, statement.variable);
    if (statement.kind === 'for') add(counts.writes, statement.index);
    if (statement.kind === 'each') add(counts.writes, statement.variable);
  });
  walkExpressions(block, (expr) => {
    if (expr.kind === 'read') add(counts.reads, expr.variable);
    if (expr.kind === 'update') {
      add(counts.reads, expr.variable);
      add(counts.writes, expr.variable);
    }
  });
  return counts;
}

export function sameExpr(left: Expr, right: Expr): boolean {
  if (left.kind !== right.kind) return false;
  if (left.kind === 'update' || left.kind === 'text') return false;
  if (left.kind === 'number') return Object.is(left.value, (right as typeof left).value);
  if (left.kind === 'boolean') return left.value === (right as typeof left).value;
  if (left.kind === 'read') return left.variable === (right as typeof left).variable;
  if (left.kind === 'unary' || left.kind === 'binary') {
    if (left.operator !== (right as typeof left).operator) return false;
  } else if (left.kind !== 'element' && left.kind !== 'length' && left.kind !== 'sure') return false;
  const [mine, theirs] = [childrenOf(left), childrenOf(right)];
  return mine.length === theirs.length && mine.every((child, i) => sameExpr(child, theirs[i] as Expr));
}
