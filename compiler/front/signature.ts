/** The signature of a marked function: shapes, the types as a generated file writes them, and the names these need. */
import { ts } from 'ts-morph';
import { messages } from '../diagnostics/catalog.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ImportNeed, Shape, Signature, SignatureParam } from '../ir/program.ts';
import { type FunctionWithBody, some, spanOf } from './syntax.ts';
import { constructorOf, type Kind, type TypeReader } from './types.ts';

export interface ReadSignature {
  readonly signature: Signature;
  readonly imports: readonly ImportNeed[];
  readonly diagnostics: readonly Diagnostic[];
}

interface Reader {
  readonly types: TypeReader;
  readonly program: ts.Program;
  readonly imports: Map<string, ImportNeed>;
  readonly diagnostics: Diagnostic[];
}

/** `inactive`: names of parameters that the user took out. */
export function readSignature(types: TypeReader, program: ts.Program, fn: FunctionWithBody, inactive: ReadonlySet<string>): ReadSignature {
  const reader: Reader = { types, program, imports: new Map(), diagnostics: [] };
  if (fn.typeParameters?.length)
    reader.diagnostics.push(messages.genericFunction(spanOf(fn.name ?? (fn.typeParameters[0] as ts.Node)), fn.name?.text ?? 'function'));
  const docs = paramDocs(fn);
  const params = fn.parameters.map((parameter) => readParam(reader, fn, parameter, inactive, docs));
  const returned = types.returnKind(fn);
  const signature: Signature = { params, returns: readReturns(reader, fn, returned), tuple: returned.kind === 'tuple' };
  return { signature, imports: [...reader.imports.values()], diagnostics: reader.diagnostics };
}

function readParam(
  reader: Reader,
  fn: FunctionWithBody,
  parameter: ts.ParameterDeclaration,
  inactive: ReadonlySet<string>,
  docs: ReadonlyMap<string, string>,
): SignatureParam {
  const name = parameter.name.getText();
  const kind = reader.types.kindAt(parameter);
  checkForm(reader, fn, parameter, kind);
  const shape = shapeOf(kind);
  const integers = kind.kind === 'array' && kind.integers;
  const differentiable = (shape.kind === 'real' || (shape.kind === 'array' && !integers)) && !inactive.has(name);
  const optional = parameter.questionToken !== undefined || parameter.initializer !== undefined;
  const doc = docs.get(name);
  return { name, type: typeText(reader, parameter.type, kind), shape, differentiable, optional, ...(doc !== undefined && { doc }) };
}

function checkForm(reader: Reader, fn: FunctionWithBody, parameter: ts.ParameterDeclaration, kind: Kind): void {
  const { diagnostics, types } = reader;
  if (!ts.isIdentifier(parameter.name)) return void diagnostics.push(messages.destructuredParameter(spanOf(parameter)));
  const name = parameter.name.text;
  if (parameter.dotDotDotToken) return void diagnostics.push(messages.restParameter(spanOf(parameter), name));
  const isOpaque = kind.kind === 'text' || (kind.kind !== 'tuple' && shapeOf(kind).kind === 'opaque' && !isRead(types, fn, parameter.name));
  if (shapeOf(kind).kind !== 'opaque' || isOpaque) return;
  diagnostics.push(messages.parameterType(spanOf(parameter), name, types.text(types.checker.getTypeAtLocation(parameter))));
}

function isRead(types: TypeReader, fn: FunctionWithBody, name: ts.Identifier): boolean {
  const symbol = types.symbolAt(name);
  return some(fn.body, (node) => ts.isIdentifier(node) && types.symbolAt(node) === symbol);
}

export function shapeOf(kind: Kind): Shape {
  switch (kind.kind) {
    case 'real':
    case 'int':
    case 'bool':
      return { kind: kind.kind };
    case 'array':
      return { kind: 'array', storage: kind.storage, readonly: kind.readonly };
    default:
      return { kind: 'opaque' };
  }
}

function readReturns(reader: Reader, fn: FunctionWithBody, returned: Kind): Signature['returns'] {
  if (returned.kind === 'void' || returned.kind === 'never') return [];
  const node = fn.type && ts.isTypeOperatorNode(fn.type) ? fn.type.type : fn.type;
  if (returned.kind !== 'tuple') return [readReturn(reader, fn, fn.type, returned, 'value')];
  const nodes = node && ts.isTupleTypeNode(node) ? node.elements : [];
  return returned.elements.map(({ name, kind }, i) => {
    const element = nodes[i];
    return readReturn(reader, fn, element && ts.isNamedTupleMember(element) ? element.type : element, kind, name ?? `value${i + 1}`);
  });
}

function readReturn(
  reader: Reader,
  fn: FunctionWithBody,
  node: ts.TypeNode | undefined,
  kind: Kind,
  name: string,
): Signature['returns'][number] {
  const shape = shapeOf(kind);
  if (shape.kind === 'opaque') {
    const text = kind.kind === 'other' ? kind.text : kind.kind === 'text' ? 'a string' : `a ${kind.kind}`;
    reader.diagnostics.push(messages.returnType(spanOf(fn.type ?? fn.name ?? fn), text));
  }
  return { name, type: typeText(reader, node, kind), shape };
}

/** The user's text where all its names can be had in another file, else the type spelled out. */
function typeText(reader: Reader, node: ts.TypeNode | undefined, kind: Kind): string {
  const needs = node && needsOf(reader, node);
  if (!node || !needs) return structural(reader, kind);
  for (const need of needs) reader.imports.set(`${need.module}#${need.name}`, need);
  return node.getText().replace(/\s+/g, ' ');
}

function structural(reader: Reader, kind: Kind): string {
  switch (kind.kind) {
    case 'real':
      return 'number';
    case 'int':
      reader.imports.set('gradgen#int', intNeed);
      return 'int';
    case 'bool':
      return 'boolean';
    case 'text':
      return 'string';
    case 'array':
      return kind.storage === 'list' ? `${kind.readonly ? 'readonly ' : ''}number[]` : constructorOf(kind.storage);
    default:
      return 'unknown';
  }
}

const intNeed: ImportNeed = { name: 'int', module: 'gradgen', specifier: 'gradgen', typeOnly: true };

/** The imports that a type's names need; undefined if one of them cannot be imported. */
function needsOf(reader: Reader, node: ts.TypeNode): ImportNeed[] | undefined {
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

function needOf(reader: Reader, name: ts.Identifier): ImportNeed | 'global' | undefined {
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

function moduleOf(reader: Reader, specifier: ts.StringLiteral): string | undefined {
  return reader.types.checker.getSymbolAtLocation(specifier)?.valueDeclaration?.getSourceFile().fileName;
}

function exportsIt(reader: Reader, declaration: ts.Node, symbol: ts.Symbol): boolean {
  const module = reader.types.checker.getSymbolAtLocation(declaration.getSourceFile());
  return module !== undefined && reader.types.checker.getExportsOfModule(module).some((one) => one === symbol);
}

/** The text after `@param name`. */
function paramDocs(fn: FunctionWithBody): ReadonlyMap<string, string> {
  const docs = new Map<string, string>();
  for (const parameter of fn.parameters) {
    for (const tag of ts.getJSDocParameterTags(parameter)) {
      const text = ts.getTextOfJSDocComment(tag.comment)?.replace(/^-\s*/, '').replace(/\s+/g, ' ').trim();
      if (text) docs.set(parameter.name.getText(), text);
    }
  }
  return docs;
}
