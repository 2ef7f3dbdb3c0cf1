/** The marked functions of a file, and the marks that mark no function. */
import { basename } from 'node:path';
import { ts } from '#ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { bare, enclosingFunction, type FunctionWithBody, functionOf } from '../syntax.ts';
import type { TypeReader } from '../types.ts';
import { type Comment, commentsOf, docOf, type Tag, tagsIn } from './comments.ts';
import { isAnyMark, isLaterMark, meantMark } from './tags.ts';

export interface MarkedNode {
  readonly fn: FunctionWithBody;
  readonly name: string;
  /** Undefined: the module does not export it. */
  readonly exportName: string | undefined;
  /** Marks, those for parameters among them. */
  readonly tags: readonly Tag[];
  readonly doc: ts.JSDoc | undefined;
}

export interface FoundMarks {
  readonly marked: readonly MarkedNode[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A cheap test on the text: false means that the file holds no mark, nor anything like one. */
export function mayHoldMarks(text: string): boolean {
  for (const [, name = ''] of text.matchAll(/@([A-Za-z]\w*)/g)) if (isAnyMark(name) || meantMark(name) !== undefined) return true;
  return false;
}

export function findMarks(file: ts.SourceFile, types: TypeReader): FoundMarks {
  const comments = commentsOf(file);
  const diagnostics: Diagnostic[] = [];
  const owners = ownersOf(file);
  const byFunction = new Map<FunctionWithBody, MarkedNode>();
  for (const comment of comments) {
    const tags = comment.tags.filter((tag) => isAnyMark(tag.name));
    diagnostics.push(...misspelt(comment));
    if (tags.length > 0) attach(comment, tags, owners.get(comment.pos), types, byFunction, diagnostics);
  }
  const marked = [...byFunction.values()].filter(({ tags }) => tags.length > 0);
  return { marked, diagnostics };
}

/** Which node each doc comment belongs to. */
function ownersOf(file: ts.SourceFile): Map<number, ts.Node> {
  const owners = new Map<number, ts.Node>();
  const visit = (node: ts.Node): void => {
    const doc = docOf(node);
    if (doc && node.kind !== ts.SyntaxKind.EndOfFileToken && !owners.has(doc.pos)) owners.set(doc.pos, node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return owners;
}

function misspelt(comment: Comment): Diagnostic[] {
  if (!comment.isDoc) return [];
  return comment.tags.flatMap((tag) => {
    const meant = meantMark(tag.name);
    return meant === undefined ? [] : [messages.misspelt(tag.at, tag.name, meant)];
  });
}

function attach(
  comment: Comment,
  tags: readonly Tag[],
  owner: ts.Node | undefined,
  types: TypeReader,
  found: Map<FunctionWithBody, MarkedNode>,
  diagnostics: Diagnostic[],
): void {
  const first = tags[0] as Tag;
  if (!comment.isDoc) {
    const marks = tags.filter((tag) => tag.name !== 'inactive' && tag.name !== 'sample' && tag.name !== 'batch');
    diagnostics.push(...marks.map((tag) => messages.plainComment(tag.at, tag.name)));
    return;
  }
  if (!owner) return void diagnostics.push(messages.attachedToNothing(first.at, first.name));
  const fn = functionAt(owner, types);
  if (fn) return void found.set(fn, markedNode(fn, owner, tags, types, found.get(fn)));
  diagnostics.push(...refusal(owner, tags));
}

function refusal(owner: ts.Node, tags: readonly Tag[]): Diagnostic[] {
  const marks = tags.filter((tag) => tag.name !== 'inactive');
  if (ts.isParameter(owner)) return marks.map((tag) => messages.notAFunction(tag.at, tag.name, 'a parameter'));
  if (ts.isPropertySignature(owner)) return marks.map((tag) => messages.notAFunction(tag.at, tag.name, 'a field'));
  const later = tags.filter((tag) => isLaterMark(tag.name));
  if (ts.isIterationStatement(owner, true)) return later.map((tag) => messages.notAvailable(tag.at, tag.name));
  const [tag] = tags;
  if (!tag) return [];
  if (ts.isMethodDeclaration(owner)) return [messages.methodMark(tag.at, tag.name)];
  if (ts.isVariableStatement(owner) && owner.declarationList.declarations.length > 1) {
    return [
      messages.severalDeclared(
        tag.at,
        tag.name,
        owner.declarationList.declarations.map(({ name }) => name.getText()),
      ),
    ];
  }
  return tag.name === 'inactive' ? [messages.notAvailable(tag.at, tag.name)] : [messages.notAFunction(tag.at, tag.name, nounFor(owner))];
}

function nounFor(node: ts.Node): string {
  if (ts.isClassLike(node)) return 'a class';
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return 'a type';
  if (ts.isVariableStatement(node)) return 'a variable';
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return 'an import or export';
  if (ts.isFunctionDeclaration(node)) return 'a declaration without a body';
  return ts.isEnumDeclaration(node) ? 'an enum' : 'a statement';
}

/** The function that a doc comment above `owner` describes; for an overload, the implementation. */
export function functionAt(owner: ts.Node, types: TypeReader): FunctionWithBody | undefined {
  if (ts.isFunctionDeclaration(owner)) return owner.body ? functionOf(owner) : implementationOf(owner, types);
  if (ts.isVariableStatement(owner)) {
    const { declarations } = owner.declarationList;
    return declarations.length === 1 ? functionOf(declarations[0]) : undefined;
  }
  if (!ts.isExportAssignment(owner)) return undefined;
  const value = bare(owner.expression);
  return ts.isArrowFunction(value) || ts.isFunctionExpression(value) ? (value as FunctionWithBody) : undefined;
}

function implementationOf(overload: ts.FunctionDeclaration, types: TypeReader): FunctionWithBody | undefined {
  const symbol = overload.name && types.symbolAt(overload.name);
  return symbol?.declarations?.map(functionOf).find((fn) => fn !== undefined);
}

export function markedNode(
  fn: FunctionWithBody,
  owner: ts.Node,
  tags: readonly Tag[],
  types: TypeReader,
  earlier: MarkedNode | undefined,
): MarkedNode {
  if (earlier) return { ...earlier, tags: [...earlier.tags, ...tags] };
  const symbol = symbolOf(fn, owner, types);
  const exportName = enclosingFunction(fn) ? undefined : exportNameOf(fn.getSourceFile(), owner, symbol, types);
  const own = symbol && symbol.name !== 'default' ? symbol.name : undefined;
  const name = own ?? fn.name?.text ?? nameOfFile(fn.getSourceFile().fileName);
  return { fn, name, exportName, tags: [...tags, ...parameterTags(fn)], doc: docOf(owner) };
}

function symbolOf(fn: FunctionWithBody, owner: ts.Node, types: TypeReader): ts.Symbol | undefined {
  if (ts.isFunctionDeclaration(fn)) return fn.name && types.checker.getSymbolAtLocation(fn.name);
  const declaration = ts.isVariableStatement(owner) ? owner.declarationList.declarations[0] : undefined;
  return declaration && types.checker.getSymbolAtLocation(declaration.name);
}

/** The name under which a module exports a function; its own name if it has several. */
function exportNameOf(file: ts.SourceFile, owner: ts.Node, symbol: ts.Symbol | undefined, types: TypeReader): string | undefined {
  const module = types.checker.getSymbolAtLocation(file);
  if (!module) return undefined;
  if (ts.isExportAssignment(owner)) return 'default';
  if (ts.isFunctionDeclaration(owner) && !owner.name) return 'default';
  const names = types.checker
    .getExportsOfModule(module)
    .filter((one) => isSame(one, symbol, types))
    .map(({ name }) => name);
  return names.find((name) => name === symbol?.name) ?? names.find((name) => name !== 'default') ?? names[0];
}

function isSame(exported: ts.Symbol, symbol: ts.Symbol | undefined, types: TypeReader): boolean {
  if (symbol === undefined) return false;
  const target = exported.flags & ts.SymbolFlags.Alias ? types.checker.getAliasedSymbol(exported) : exported;
  return target === symbol || (target.valueDeclaration !== undefined && target.valueDeclaration === symbol.valueDeclaration);
}

/** `my-loss.ts` → `myLoss`. */
function nameOfFile(path: string): string {
  const words = basename(path)
    .replace(/\.[cm]?[jt]sx?$/, '')
    .split(/[^\p{ID_Continue}$]+/u)
    .filter((word) => word !== '');
  return words.map((word, i) => (i === 0 ? word : `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`)).join('') || 'module';
}

/** `@inactive` in front of a parameter says the same as `@inactive p` above the function. */
function parameterTags(fn: FunctionWithBody): Tag[] {
  return fn.parameters.flatMap((parameter) => {
    const doc = docOf(parameter);
    const tags = doc ? tagsIn(fn.getSourceFile(), doc.pos, doc.end) : [];
    return tags.filter((tag) => tag.name === 'inactive').map((tag) => ({ ...tag, text: parameter.name.getText() }));
  });
}
