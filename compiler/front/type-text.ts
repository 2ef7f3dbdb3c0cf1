/** Types as a generated file writes them: the user's text where its names can be imported, else spelled out. */
import { ts } from '#ts-morph';
import type { ImportNeed } from '../ir/program.ts';
import { missingOf } from './classify.ts';
import { constructorOf, type FieldKind, includesMissing, type Kind, type RecordKind, type TypeReader } from './types.ts';

export interface TextReader {
  readonly types: TypeReader;
  readonly program: ts.Program;
  readonly imports: Map<string, ImportNeed>;
}

/** The user's text where all its names can be had in another file, else the type spelled out. */
export function typeText(reader: TextReader, node: ts.TypeNode | undefined, kind: Kind, type?: ts.Type): string {
  const needs = node && needsOf(reader, node);
  if (!node || !needs)
    return type && missingOf(type).includes('null') ? `${spelled(reader, kind, type)} | null` : spelled(reader, kind, type);
  for (const need of needs) addNeed(reader, need);
  return node.getText().replace(/\s+/g, ' ');
}

function addNeed(reader: TextReader, need: ImportNeed): void {
  reader.imports.set(`${need.module}#${need.name}`, need);
}

/** A type by its structure; what is declared under a name that can be imported keeps that. */
export function spelled(reader: TextReader, kind: Kind, type?: ts.Type): string {
  switch (kind.kind) {
    case 'real':
      return 'number';
    case 'int':
      return wholeText(reader, type);
    case 'bool':
      return 'boolean';
    case 'text':
      return (type && literalsOf(type)) ?? 'string';
    case 'array':
      return kind.storage === 'list' ? `${kind.readonly ? 'readonly ' : ''}number[]` : constructorOf(kind.storage);
    case 'list':
      return listText(spelled(reader, kind.element, type && elementOf(reader, type)), kind.readonly);
    case 'record':
      return declaredText(reader, kind) ?? (kind.tuple ? tupleText(reader, kind) : objectText(reader, kind));
    default:
      return 'unknown';
  }
}

/** `int`, or the numbers of a union of literals. */
function wholeText(reader: TextReader, type: ts.Type | undefined): string {
  const parts = type?.isUnion() ? type.types : type ? [type] : [];
  const numbers = parts.flatMap((part) => (part.isNumberLiteral() && !(part.flags & ts.TypeFlags.EnumLike) ? [part.value] : []));
  if (numbers.length > 0 && numbers.length === parts.length) return numbers.join(' | ');
  addNeed(reader, intNeed);
  return 'int';
}

function elementOf(reader: TextReader, type: ts.Type): ts.Type | undefined {
  return reader.types.checker.getIndexTypeOfType(reader.types.checker.getNonNullableType(type), ts.IndexKind.Number);
}

function listText(element: string, isReadonly: boolean): string {
  const isUnion = /\|/.test(element) && !/^[{[]/.test(element);
  return `${isReadonly ? 'readonly ' : ''}${isUnion || element.startsWith('readonly ') ? `(${element})` : element}[]`;
}

function tupleText(reader: TextReader, { fields, readonly: isReadonly }: RecordKind): string {
  const labelled = fields.every(({ label }) => label !== undefined);
  const elements = fields.map((field) => (labelled ? `${field.label}: ${fieldText(reader, field)}` : fieldText(reader, field)));
  return `${isReadonly ? 'readonly ' : ''}[${elements.join(', ')}]`;
}

function objectText(reader: TextReader, { fields }: RecordKind): string {
  const members = fields.map(
    (field) => `${field.readonly ? 'readonly ' : ''}${field.name}${field.question ? '?' : ''}: ${fieldText(reader, field)}`,
  );
  return members.length === 0 ? 'Record<string, never>' : `{ ${members.join('; ')} }`;
}

/** With what may stand in the field's place; of `x?: T`, what the user wrote beside T. */
function fieldText(reader: TextReader, { kind, missing, question, type }: FieldKind): string {
  const written = missing.filter((one) => one === 'null' || !question);
  return [spelled(reader, kind, type), ...written].join(' | ');
}

/** `"a" | "b"` for a union of texts; undefined for all else. */
function literalsOf(type: ts.Type): string | undefined {
  const parts = (type.isUnion() ? type.types : [type]).filter((part) => !includesMissing(part));
  const isPlain = (part: ts.Type): part is ts.StringLiteralType => part.isStringLiteral() && (part.flags & ts.TypeFlags.EnumLiteral) === 0;
  return parts.every(isPlain) ? parts.map(({ value }) => JSON.stringify(value)).join(' | ') : undefined;
}

/** The name under which the user declared an object type. */
export function declaredName({ type, tuple }: RecordKind): string | undefined {
  const symbol = type.aliasSymbol ?? (tuple ? undefined : type.symbol);
  const isNamed = symbol?.declarations?.some(isOwnDeclaration);
  return isNamed ? symbol?.name : undefined;
}

function isOwnDeclaration(node: ts.Node): boolean {
  return (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) && !node.getSourceFile().isDeclarationFile;
}

/** That name, where the generated file can import it. */
function declaredText(reader: TextReader, kind: RecordKind): string | undefined {
  const { type } = kind;
  const symbol = type.aliasSymbol ?? type.symbol;
  const declaration = symbol?.declarations?.[0];
  const isGeneric = (type.aliasTypeArguments ?? (type as ts.TypeReference).typeArguments ?? []).length > 0;
  if (declaredName(kind) === undefined || !symbol || !declaration || (isGeneric && !kind.tuple)) return undefined;
  const file = declaration.getSourceFile();
  if (file.isDeclarationFile || !exportsIt(reader, declaration, symbol)) return undefined;
  addNeed(reader, { name: symbol.name, module: file.fileName, typeOnly: true });
  return symbol.name;
}

export const intNeed: ImportNeed = { name: 'int', module: 'gradgen', specifier: 'gradgen', typeOnly: true };

/** The imports that a type's names need; undefined if one of them cannot be imported. */
function needsOf(reader: TextReader, node: ts.TypeNode): ImportNeed[] | undefined {
  const needs: ImportNeed[] = [];
  const visit = (at: ts.Node): boolean => {
    if (ts.isTypeQueryNode(at) || ts.isImportTypeNode(at) || ts.isTypeLiteralNode(at) || ts.isQualifiedName(at)) return false;
    if (ts.isTypeReferenceNode(at) && ts.isIdentifier(at.typeName)) {
      const need = needOf(reader, at.typeName);
      if (need === undefined) return false;
      if (need !== 'global') needs.push(need);
    }
    return !ts.forEachChild(at, (child) => !visit(child) || undefined);
  };
  return visit(node) ? needs : undefined;
}

function needOf(reader: TextReader, name: ts.Identifier): ImportNeed | 'global' | undefined {
  const local = reader.types.checker.getSymbolAtLocation(name);
  const symbol = reader.types.symbolAt(name);
  const declaration = symbol?.declarations?.[0];
  if (!symbol || !declaration || ts.isTypeParameterDeclaration(declaration)) return undefined;
  if (reader.program.isSourceFileDefaultLibrary(declaration.getSourceFile())) return 'global';
  const imported = local?.declarations?.find(ts.isImportSpecifier);
  if (!imported)
    return exportsIt(reader, declaration, symbol)
      ? { name: name.text, module: declaration.getSourceFile().fileName, typeOnly: true }
      : undefined;
  const specifier = (imported.parent.parent.parent as ts.ImportDeclaration).moduleSpecifier as ts.StringLiteral;
  if ((imported.propertyName ?? imported.name).text !== name.text) return undefined;
  if (specifier.text === 'gradgen')
    return name.text === 'int' ? intNeed : { name: name.text, module: 'gradgen', specifier: 'gradgen', typeOnly: true };
  const module = moduleOf(reader, specifier) ?? declaration.getSourceFile().fileName;
  return { name: name.text, module, ...(!specifier.text.startsWith('.') && { specifier: specifier.text }), typeOnly: true };
}

function moduleOf(reader: TextReader, specifier: ts.StringLiteral): string | undefined {
  return reader.types.checker.getSymbolAtLocation(specifier)?.valueDeclaration?.getSourceFile().fileName;
}

function exportsIt(reader: TextReader, declaration: ts.Node, symbol: ts.Symbol): boolean {
  const module = reader.types.checker.getSymbolAtLocation(declaration.getSourceFile());
  return module !== undefined && reader.types.checker.getExportsOfModule(module).some((one) => one === symbol);
}
