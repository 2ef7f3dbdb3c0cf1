/**
 * The types of browsers, without which a program is made in two thirds of the time: parsing them takes longer than most functions
 * do. Functions on numbers rarely name any, so they are loaded only where something in the program may mean them.
 */
import { ts } from '#ts-morph';

/** The libraries of a program without those of browsers; undefined where it has none of these, or nothing else. */
export function withoutBrowser(options: ts.CompilerOptions): string[] | undefined {
  if (options.noLib) return undefined;
  const libraries = options.lib ?? [ts.getDefaultLibFileName(options)];
  const kept = options.lib ? libraries.filter((name) => !isOfBrowser(name)) : libraries.map(languageOnly);
  return kept.length > 0 && kept.join() !== libraries.join() ? kept : undefined;
}

function isOfBrowser(library: string): boolean {
  return /^lib\.(?:dom|webworker|scripthost)\./.test(library);
}

/** The default library of a target is that of the language and those of the browser. */
function languageOnly(library: string): string {
  if (library === 'lib.d.ts') return 'lib.es5.d.ts';
  return library === 'lib.es6.d.ts' ? 'lib.es2015.d.ts' : library.replace(/\.full\.d\.ts$/, '.d.ts');
}

/** Would a program that was made without the types of browsers mean the same with them? May say no where it would. */
export function isApartFromBrowser(program: ts.Program): boolean {
  const files = program.getSourceFiles().filter((file) => !program.isSourceFileDefaultLibrary(file));
  if (!files.every(declaresNothingGlobal)) return false;
  const checker = program.getTypeChecker();
  return files.every((file) => isKnown(file, checker));
}

/** What is global could be merged with a declaration of the browser's. */
function declaresNothingGlobal(file: ts.SourceFile): boolean {
  if (file.libReferenceDirectives.length > 0 || /\.[cm]?jsx?$/.test(file.fileName)) return false;
  return file.statements.every((statement) =>
    ts.isModuleDeclaration(statement) && !ts.isIdentifier(statement.name) ? true : ts.isExternalModule(file) && !isGlobal(statement),
  );
}

function isGlobal(statement: ts.Statement): boolean {
  return ts.isModuleDeclaration(statement) && (statement.flags & ts.NodeFlags.GlobalAugmentation) !== 0;
}

/** Is each name of a tree declared somewhere? */
function isKnown(node: ts.Node, checker: ts.TypeChecker): boolean {
  if (ts.isIdentifier(node)) return isMember(node) || isWord(node) || symbolOf(node, checker)?.declarations !== undefined;
  return ts.forEachChild(node, (child) => (isKnown(child, checker) ? undefined : true)) === undefined;
}

/** Is it looked up in an object? What that is has a name of its own, and `globalThis` is none. */
function isMember(name: ts.Identifier): boolean {
  const { parent } = name;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === name;
  return ts.isQualifiedName(parent) && parent.right === name;
}

/** Identifiers that no declaration makes. */
function isWord({ text, parent }: ts.Identifier): boolean {
  return text === 'undefined' || (text === 'const' && ts.isTypeReferenceNode(parent));
}

function symbolOf(name: ts.Identifier, checker: ts.TypeChecker): ts.Symbol | undefined {
  if (name.text === 'globalThis') return undefined;
  return ts.isShorthandPropertyAssignment(name.parent)
    ? checker.getShorthandAssignmentValueSymbol(name.parent)
    : checker.getSymbolAtLocation(name);
}
