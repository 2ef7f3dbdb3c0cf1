/** Makes a generated file self-contained: what it imports of `gradgen/runtime` is written at its end instead. */
import { ts } from '#ts-morph';
import { type ErasedText, without } from './erase-types.ts';

/** A declaration at the top of a module of the runtime. */
interface Piece {
  readonly name: string;
  /** With its comment, without `export`. */
  readonly text: string;
  /** Names that it mentions. */
  readonly needs: ReadonlySet<string>;
}

/** `modules`: the texts of the runtime's modules, a class before the constant that is made of it. */
export function inlineRuntime(text: string, modules: readonly string[], runtimeModule: string): ErasedText {
  const file = parse(text);
  const imports = file.statements.filter((statement): statement is ts.ImportDeclaration => isImportOf(statement, runtimeModule));
  const wanted = imports.flatMap(importedNames);
  const aliases = new Map(imports.flatMap(renamedNames));
  const bare = without(
    imports.map((statement) => ({ start: statement.pos, end: statement.end })),
    text,
  );
  if (wanted.length === 0) return bare;
  const taken = new Set(file.statements.filter((statement) => !isImportOf(statement, runtimeModule)).flatMap(declaredNames));
  const pieces = reachable(
    modules.flatMap((module) => piecesOf(module, taken, aliases)),
    wanted,
  );
  const added = `\n// What the functions above need of ${runtimeModule}.\n\n${pieces.map((piece) => piece.text).join('\n\n')}\n`;
  return { text: bare.text + added, lines: [...bare.lines, ...added.split('\n').map(() => -1)] };
}

function parse(text: string): ts.SourceFile {
  return ts.createSourceFile('input.ts', text, ts.ScriptTarget.ES2022, true);
}

function isImportOf(statement: ts.Statement, module: string): boolean {
  return ts.isImportDeclaration(statement) && (statement.moduleSpecifier as ts.StringLiteral).text === module;
}

function importedNames(statement: ts.Statement): string[] {
  const bindings = ts.isImportDeclaration(statement) ? statement.importClause?.namedBindings : undefined;
  return bindings && ts.isNamedImports(bindings) ? bindings.elements.map(({ name }) => name.text) : [];
}

/** `{ exp as fastExp }`: from the former to the latter. */
function renamedNames(statement: ts.ImportDeclaration): (readonly [string, string])[] {
  const bindings = statement.importClause?.namedBindings;
  const elements = bindings && ts.isNamedImports(bindings) ? bindings.elements : [];
  return elements.flatMap(({ name, propertyName }) => (propertyName ? [[propertyName.text, name.text] as const] : []));
}

function declaredNames(statement: ts.Statement): string[] {
  if (ts.isImportDeclaration(statement)) return importedNames(statement);
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map(({ name }) => name.getText());
  const { name } = statement as ts.Statement & { readonly name?: ts.Node };
  return name && ts.isIdentifier(name) ? [name.text] : [];
}

/** What a module declares, by the names that the generated file has for it; one that the file has taken gets another. */
function piecesOf(module: string, taken: ReadonlySet<string>, aliases: ReadonlyMap<string, string>): Piece[] {
  const file = parse(module);
  const declared = new Set(file.statements.filter((statement) => !ts.isImportDeclaration(statement)).flatMap(declaredNames));
  const rename = (name: string): string => aliases.get(name) ?? (declared.has(name) && taken.has(name) ? `${name}OfRuntime` : name);
  return file.statements.flatMap((statement): Piece[] => {
    const [name] = ts.isImportDeclaration(statement) ? [] : declaredNames(statement);
    if (name === undefined) return [];
    const references = referencesIn(statement);
    return [
      { name: rename(name), text: printPiece(statement, references, rename), needs: new Set(references.map(({ text }) => rename(text))) },
    ];
  });
}

/** The identifiers in a statement that may mean a declaration at the top, not the name of a property. */
function referencesIn(statement: ts.Statement): ts.Identifier[] {
  const found: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && !isPropertyName(node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(statement);
  return found;
}

function isPropertyName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isQualifiedName(parent))
    return (ts.isPropertyAccessExpression(parent) ? parent.name : parent.right) === node;
  return (ts.isTypeElement(parent) || ts.isClassElement(parent) || ts.isPropertyAssignment(parent)) && parent.name === node;
}

function printPiece(statement: ts.Statement, references: readonly ts.Identifier[], rename: (name: string) => string): string {
  const whole = statement.getFullText();
  const start = statement.getFullStart();
  const renamed = [...references].reverse().reduce((text, node) => {
    const shorthand = ts.isShorthandPropertyAssignment(node.parent) && rename(node.text) !== node.text ? `${node.text}: ` : '';
    return text.slice(0, node.getStart() - start) + shorthand + rename(node.text) + text.slice(node.end - start);
  }, whole);
  return renamed.replace(/^export /m, '').trim();
}

function reachable(pieces: readonly Piece[], names: readonly string[]): Piece[] {
  const kept = new Set<string>();
  const visit = (name: string): void => {
    if (kept.has(name)) return;
    kept.add(name);
    for (const piece of pieces) if (piece.name === name) for (const need of piece.needs) visit(need);
  };
  names.forEach(visit);
  return pieces.filter(({ name }) => kept.has(name));
}
