/** Statements as lines. Two spaces a level; a single short statement stands on the line of its `if` or `for`. */
import { unreachable } from '../diagnostics/internal.ts';
import type { Origin } from '../diagnostics/origin.ts';
import { choosesLiterals } from './fold.ts';
import { precedence } from './precedence.ts';
import type { PrintContext } from './print-expression.ts';
import { printExpr, printPlace, printTest } from './print-expression.ts';
import type { AssignStmt, BinaryOperator, Block, EachStmt, Expr, ForStmt, IfStmt, LoopStmt, Stmt, StoreStmt, WhileStmt } from './syntax.ts';
import { isLoop } from './syntax.ts';
import { sameExpr } from './traverse.ts';
import { printWide } from './wide.ts';

export interface Line {
  readonly text: string;
  readonly origin: Origin;
}

interface Printer extends PrintContext {
  readonly lines: Line[];
  readonly labels: ReadonlyMap<LoopStmt, string>;
}

const oneLineWidth = 100;

export function printBlock(block: Block, cx: PrintContext, indent: string): Line[] {
  const printer: Printer = { ...cx, lines: [], labels: labelLoops(block) };
  printStatements(block, indent, printer);
  return printer.lines;
}

/** Loops that a jump leaves from inside of another loop. */
function labelLoops(block: Block): Map<LoopStmt, string> {
  const labels = new Map<LoopStmt, string>();
  const visit = (inner: Block, loops: readonly LoopStmt[]): void => {
    for (const statement of inner) {
      if ((statement.kind === 'break' || statement.kind === 'continue') && loops.at(-1) !== statement.loop && !labels.has(statement.loop)) {
        labels.set(statement.loop, labels.size === 0 ? 'outer' : `outer${labels.size + 1}`);
      }
      if (isLoop(statement)) visit(statement.body, [...loops, statement]);
      else if (statement.kind === 'if') [statement.then, statement.otherwise].forEach((branch) => void visit(branch, loops));
      else if (statement.kind === 'try' || statement.kind === 'apart') visit(statement.body, loops);
    }
  };
  visit(block, []);
  return labels;
}

function printStatements(block: Block, indent: string, printer: Printer): void {
  for (const statement of block) printStatement(statement, indent, printer);
}

function printStatement(statement: Stmt, indent: string, printer: Printer): void {
  const add = (text: string): void => void printer.lines.push({ text: `${indent}${text}`, origin: statement.origin });
  switch (statement.kind) {
    case 'if':
      return printIf(statement, indent, '', printer);
    case 'for':
    case 'while':
      return printLoop(statement, indent, printer);
    case 'each':
      return printEach(statement, indent, printer);
    case 'try':
      add('try {');
      printStatements(statement.body, `${indent}  `, printer);
      add('} finally {');
      printStatements(statement.finally, `${indent}  `, printer);
      return add('}');
    case 'apart':
      add('(() => {');
      printStatements(statement.body, `${indent}  `, printer);
      return add('})();');
    case 'return':
      return printReturn(statement.value, statement.origin, indent, printer);
    case 'assign':
      if (statement.declare) return printDeclaration(statement, indent, printer);
      return add(printSimple(statement, printer));
    case 'effect':
      return addLines(printWide('', statement.value, ';', indent, printer), statement.origin, indent, printer);
    default:
      return add(printSimple(statement, printer));
  }
}

/** The first line still needs its indentation. */
function addLines(lines: readonly string[], origin: Origin, indent: string, printer: Printer): void {
  lines.forEach((text, i) => void printer.lines.push({ text: i === 0 ? indent + text : text, origin }));
}

function printDeclaration(statement: AssignStmt, indent: string, printer: Printer): void {
  const { variable, value, declare, origin } = statement;
  const head = `${declare} ${printer.name(variable)}${annotation(statement)} = `;
  addLines(printWide(head, value, ';', indent, printer), origin, indent, printer);
}

type SimpleStmt = Exclude<Stmt, IfStmt | LoopStmt | { kind: 'each' | 'try' | 'apart' | 'return' }>;

function printSimple(statement: SimpleStmt, printer: Printer): string {
  switch (statement.kind) {
    case 'assign':
      return `${printAssignment(statement, printer)};`;
    case 'declare':
      return `let ${printer.name(statement.variable)}: ${statement.variable.type};`;
    case 'store':
      return `${printStore(statement, printer)};`;
    case 'effect':
      return `${printExpr(statement.value, printer)};`;
    case 'throw':
      return `throw ${printExpr(statement.value, printer)};`;
    case 'break':
    case 'continue': {
      const label = printer.labels.get(statement.loop);
      return label === undefined ? `${statement.kind};` : `${statement.kind} ${label};`;
    }
    case 'comment':
      return `// ${statement.text}`;
    default:
      return unreachable(statement);
  }
}

function printAssignment(statement: AssignStmt, printer: Printer): string {
  const { variable, value, declare } = statement;
  const name = printer.name(variable);
  if (declare) return `${declare} ${name}${annotation(statement)} = ${printExpr(value, printer, precedence.assignment)}`;
  const target: Expr = { kind: 'read', variable };
  return compound(name, target, value, printer) ?? `${name} = ${printExpr(value, printer, precedence.assignment)}`;
}

/** An array variable that changes may hold views of any buffer, and `c ? 0 : 1` is meant as a number. */
function annotation({ variable, value, declare, typed }: AssignStmt): string {
  const { type, annotated } = variable;
  if (typed || (annotated && isFresh(value))) return `: ${type}`;
  const isScalar = type === 'number' || type === 'boolean';
  if (declare === 'let') return isScalar || (value.kind === 'call' && value.callee.startsWith('arena.')) ? '' : `: ${type}`;
  return choosesLiterals(value) || holdsEmptyList(value) ? `: ${type}` : '';
}

/** What is in an empty list, TypeScript cannot tell. */
function holdsEmptyList(value: Expr): boolean {
  if (value.kind === 'conditional') return holdsEmptyList(value.then) || holdsEmptyList(value.otherwise);
  if (value.kind === 'object') return value.fields.some(([, field]) => holdsEmptyList(field));
  return value.kind === 'list' && (value.elements.length === 0 || value.elements.some(holdsEmptyList));
}

function isFresh(value: Expr): boolean {
  if (value.kind === 'binary' && value.operator === '??') return isFresh(value.right);
  if (value.kind === 'conditional') return isFresh(value.then) || isFresh(value.otherwise);
  return value.kind === 'list' || value.kind === 'object' || value.kind === 'map';
}

const compoundOperators: ReadonlySet<BinaryOperator> = new Set(['+', '-', '*', '/', '%', '**', '&', '|', '^', '<<', '>>', '>>>']);

/** `x += e` for `x = x + e`; also for `x = e + x`, where + and × give the same bits. */
function compound(name: string, target: Expr, value: Expr, printer: Printer): string | undefined {
  if (value.kind !== 'binary' || !compoundOperators.has(value.operator)) return undefined;
  const commutes = value.operator === '+' || value.operator === '*';
  const rest = sameExpr(value.left, target) ? value.right : commutes && sameExpr(value.right, target) ? value.left : undefined;
  const terms = rest ? undefined : termsAfter(value, target);
  if (terms) return `${name} += ${printExpr(terms, printer, precedence.assignment)}`;
  if (!rest) return undefined;
  const isStep = rest.kind === 'number' && rest.value === 1;
  if (isStep && value.operator === '+') return `${name}++`;
  if (isStep && value.operator === '-') return `${name}--`;
  return `${name} ${value.operator}= ${printExpr(rest, printer, precedence.assignment)}`;
}

/** What is added to `target` in a relaxed sum that begins with it: `target + a - b` gives `a - b`. */
function termsAfter(sum: Expr, target: Expr): Expr | undefined {
  if (sum.kind !== 'binary' || !sum.relaxed || (sum.operator !== '+' && sum.operator !== '-')) return undefined;
  const { left } = sum;
  if (left.kind === 'binary' && left.operator === '+' && left.relaxed && sameExpr(left.left, target)) return { ...sum, left: left.right };
  const inner = termsAfter(left, target);
  return inner && { ...sum, left: inner };
}

function printStore(store: StoreStmt, printer: Printer): string {
  const { array, index, operator, value, memory, field, raw = false } = store;
  const place = printPlace(store, printer);
  const updated = printer.uncheckedIndexedAccess && !raw ? `${place}!` : place;
  if (operator === '+=') {
    if (value.kind === 'unary' && value.operator === '-')
      return `${updated} -= ${printExpr(value.operand, printer, precedence.assignment)}`;
    return `${updated} += ${printExpr(value, printer, precedence.assignment)}`;
  }
  const target: Expr = { kind: 'element', array, index, memory, raw, ...(field !== undefined && { field }) };
  return compound(updated, target, value, printer) ?? `${place} = ${printExpr(value, printer, precedence.assignment)}`;
}

function printReturn(value: Expr | undefined, origin: Origin, indent: string, printer: Printer): void {
  addLines(value ? printWide('return ', value, ';', indent, printer) : ['return;'], origin, indent, printer);
}

function printIf(statement: IfStmt, indent: string, prefix: string, printer: Printer): void {
  const add = (text: string): void => void printer.lines.push({ text: `${indent}${text}`, origin: statement.origin });
  const head = `${prefix}if (${printTest(statement.test, printer)})`;
  const { then, otherwise } = statement;
  const [short, shortElse] = [oneLine(then, head, indent, printer), oneLine(otherwise, 'else', indent, printer)];
  if (short !== undefined && (otherwise.length === 0 || (shortElse !== undefined && prefix === ''))) {
    printer.lines.push({ text: `${indent}${short}`, origin: (thrown(then) ?? statement).origin });
    if (shortElse !== undefined) printer.lines.push({ text: `${indent}${shortElse}`, origin: (thrown(otherwise) ?? statement).origin });
    return;
  }
  add(`${head} {`);
  printStatements(then, `${indent}  `, printer);
  const only = otherwise[0];
  if (otherwise.length === 1 && only?.kind === 'if') return printIf(only, indent, '} else ', printer);
  if (otherwise.length > 0) {
    add('} else {');
    printStatements(otherwise, `${indent}  `, printer);
  }
  add('}');
}

/** `head statement` if the block is one simple statement that fits. */
/** A throw on the line of its `if`: a stack trace should name the place of the throw. */
function thrown(block: Block): Stmt | undefined {
  return block.find((statement) => statement.kind === 'throw');
}

function oneLine(block: Block, head: string, indent: string, printer: Printer): string | undefined {
  const only = block[0];
  if (
    block.length !== 1 ||
    !only ||
    only.kind === 'if' ||
    isLoop(only) ||
    only.kind === 'each' ||
    only.kind === 'try' ||
    only.kind === 'apart' ||
    only.kind === 'comment'
  )
    return undefined;
  if (only.kind === 'declare' || (only.kind === 'assign' && only.declare)) return undefined;
  const body = only.kind === 'return' ? printShortReturn(only.value, printer) : printSimple(only, printer);
  const line = `${head} ${body}`;
  return indent.length + line.length <= oneLineWidth ? line : undefined;
}

const printShortReturn = (value: Expr | undefined, printer: Printer): string =>
  value ? `return ${printExpr(value, printer)};` : 'return;';

function printLoop(loop: LoopStmt, indent: string, printer: Printer): void {
  const add = (text: string): void => void printer.lines.push({ text: `${indent}${text}`, origin: loop.origin });
  const label = printer.labels.get(loop);
  const head = `${label === undefined ? '' : `${label}: `}${loop.kind === 'for' ? forHead(loop, printer) : whileHead(loop, printer)}`;
  const foot = loop.kind === 'while' && loop.when === 'after' ? `} while (${printTest(loop.test, printer)});` : '}';
  const short = foot === '}' ? oneLine(loop.body, head, indent, printer) : undefined;
  if (short !== undefined) return add(short);
  add(`${head} {`);
  printStatements(loop.body, `${indent}  `, printer);
  add(foot);
}

function printEach({ variable, array, body, origin }: EachStmt, indent: string, printer: Printer): void {
  const head = `for (const ${printer.name(variable)} of ${printExpr(array, printer, precedence.assignment)})`;
  const short = oneLine(body, head, indent, printer);
  printer.lines.push({ text: `${indent}${short ?? `${head} {`}`, origin });
  if (short !== undefined) return;
  printStatements(body, `${indent}  `, printer);
  printer.lines.push({ text: `${indent}}`, origin });
}

/** For a whole counter `i < Math.floor(n) + 1` is `i <= n`. */
function inclusive(relation: ForStmt['relation'], to: Expr): Pick<ForStmt, 'relation' | 'to'> {
  const isNext = relation === '<' && to.kind === 'binary' && to.operator === '+' && to.right.kind === 'number' && to.right.value === 1;
  const [floored] = isNext && to.left.kind === 'call' && to.left.callee === 'Math.floor' ? to.left.args : [];
  return floored ? { relation: '<=', to: floored } : { relation, to };
}

function forHead({ index, from, step, ...test }: ForStmt, printer: Printer): string {
  const { relation, to } = inclusive(test.relation, test.to);
  const name = printer.name(index);
  const sign = step > 0 ? '+' : '-';
  const advance = Math.abs(step) === 1 ? `${name}${sign}${sign}` : `${name} ${sign}= ${Math.abs(step)}`;
  const bound = printExpr(to, printer, precedence.unary - 4);
  return `for (let ${name} = ${printExpr(from, printer, precedence.assignment)}; ${name} ${relation} ${bound}; ${advance})`;
}

function whileHead(loop: WhileStmt, printer: Printer): string {
  return loop.when === 'after' ? 'do' : `while (${printTest(loop.test, printer)})`;
}
