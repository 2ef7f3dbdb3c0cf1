/** The signature of a marked function: shapes, the types as a generated file writes them, and the names these need. */
import { ts } from '#ts-morph';
import { messages } from '../diagnostics/catalog.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ImportNeed, Shape, ShapeField, Signature, SignatureParam } from '../ir/program.ts';
import { missingOf } from './classify.ts';
import { isDifferentiableKind } from './kinds.ts';
import { parameterNames } from './parameters.ts';
import { type FunctionWithBody, some, spanOf } from './syntax.ts';
import { declaredName, spelled, type TextReader, typeText } from './type-text.ts';
import type { FieldKind, Kind, RecordKind, TypeReader } from './types.ts';
import { refusalOf } from './unusable.ts';

export interface ReadSignature {
  readonly signature: Signature;
  readonly imports: readonly ImportNeed[];
  readonly diagnostics: readonly Diagnostic[];
}

interface Reader extends TextReader {
  readonly diagnostics: Diagnostic[];
}

/** `inactive`: names of parameters that the user took out. */
export function readSignature(types: TypeReader, program: ts.Program, fn: FunctionWithBody, inactive: ReadonlySet<string>): ReadSignature {
  const reader: Reader = { types, program, imports: new Map(), diagnostics: [] };
  if (fn.typeParameters?.length)
    reader.diagnostics.push(messages.genericFunction(spanOf(fn.name ?? (fn.typeParameters[0] as ts.Node)), fn.name?.text ?? 'function'));
  const docs = paramDocs(fn);
  const names = parameterNames(types, fn);
  const params = fn.parameters.map((parameter, i) => readParam(reader, fn, parameter, names[i] as string, inactive, docs));
  const returned = types.returnKind(fn);
  const tuple = returned.kind === 'record' && returned.tuple;
  const signature: Signature = { params, returns: readReturns(reader, fn, returned), tuple };
  return { signature, imports: [...reader.imports.values()], diagnostics: reader.diagnostics };
}

function readParam(
  reader: Reader,
  fn: FunctionWithBody,
  parameter: ts.ParameterDeclaration,
  name: string,
  inactive: ReadonlySet<string>,
  docs: ReadonlyMap<string, string>,
): SignatureParam {
  const declared = reader.types.checker.getTypeAtLocation(parameter);
  const kind = reader.types.kindOf(declared);
  checkForm(reader, fn, parameter, name, kind);
  const isOpaqueText = kind.kind === 'text' && !isCompared(reader.types, fn, parameter.name);
  const shape: Shape = isOpaqueText ? { kind: 'opaque' } : shapeOf(reader, kind);
  const differentiable = isDifferentiableKind(kind) && !inactive.has(name);
  const optional = parameter.questionToken !== undefined || parameter.initializer !== undefined || missingOf(declared).length > 0;
  const doc = docs.get(name);
  const type = typeText(reader, parameter.type, kind, declared);
  return { name, type, shape, differentiable, optional, ...(doc !== undefined && { doc }) };
}

function checkForm(reader: Reader, fn: FunctionWithBody, parameter: ts.ParameterDeclaration, name: string, kind: Kind): void {
  const { diagnostics, types } = reader;
  if (parameter.dotDotDotToken) return void diagnostics.push(messages.restParameter(spanOf(parameter), name));
  const declared = types.checker.getTypeAtLocation(parameter);
  const isScalar = kind.kind === 'real' || kind.kind === 'int' || kind.kind === 'bool' || kind.kind === 'text';
  const isNullNumber = isScalar && missingOf(declared).includes('null');
  const isUnread = ts.isIdentifier(parameter.name) && !isRead(types, fn, parameter.name);
  if (!isNullNumber && ((isUsable(kind) && !hasHoles(kind)) || (isUnread && kind.kind !== 'record'))) return;
  const refusal = kind.kind === 'other' ? refusalOf(parameter, name, kind) : undefined;
  diagnostics.push(refusal ?? messages.parameterType(spanOf(parameter), name, types.text(declared)));
}

/** Has it a shape, so that values of it can be handed over? */
function isUsable(kind: Kind): boolean {
  return ['real', 'int', 'bool', 'text', 'array', 'list', 'record'].includes(kind.kind);
}

/** Lists of the caller's whose elements may be undefined: what is copied or made beside them has none of these. */
function hasHoles(kind: Kind): boolean {
  if (kind.kind === 'record') return kind.fields.some((field) => hasHoles(field.kind));
  if (kind.kind === 'list') return kind.holes === true || hasHoles(kind.element);
  return kind.kind === 'array' && kind.holes === true;
}

/** Is a text used anywhere but in messages? */
function isCompared(types: TypeReader, fn: FunctionWithBody, name: ts.BindingName): boolean {
  const symbol = types.symbolAt(name);
  const isUse = (node: ts.Node): boolean => {
    if (ts.isThrowStatement(node)) return false;
    if (ts.isIdentifier(node)) return types.symbolAt(node) === symbol;
    return ts.forEachChild(node, (child) => isUse(child) || undefined) ?? false;
  };
  return isUse(fn.body);
}

function isRead(types: TypeReader, fn: FunctionWithBody, name: ts.Identifier): boolean {
  const symbol = types.symbolAt(name);
  return some(fn.body, (node) => ts.isIdentifier(node) && types.symbolAt(node) === symbol);
}

export function shapeOf(reader: TextReader, kind: Kind): Shape {
  switch (kind.kind) {
    case 'real':
    case 'int':
    case 'bool':
      return { kind: kind.kind };
    case 'text':
      return { kind: 'text', ...(kind.literals && { literals: kind.literals }) };
    case 'array':
      return { kind: 'array', storage: kind.storage, readonly: kind.readonly };
    case 'list':
      return { kind: 'list', element: shapeOf(reader, kind.element), readonly: kind.readonly };
    case 'record':
      return recordShape(reader, kind);
    default:
      return { kind: 'opaque' };
  }
}

function recordShape(reader: TextReader, kind: RecordKind): Shape {
  const name = declaredName(kind);
  const fields = kind.fields.map((field) => fieldShape(reader, field));
  return { kind: 'record', fields, tuple: kind.tuple, type: spelled(reader, kind), ...(name !== undefined && { name }) };
}

function fieldShape(reader: TextReader, { name, kind, missing, readonly: isReadonly, inactive }: FieldKind): ShapeField {
  const shape = shapeOf(reader, kind);
  const passive = inactive === true || (!isDifferentiableKind(kind) && (shape.kind === 'array' || shape.kind === 'list'));
  return { name, shape, optional: missing.length > 0, readonly: isReadonly, ...(passive && { passive }) };
}

function readReturns(reader: Reader, fn: FunctionWithBody, returned: Kind): Signature['returns'] {
  if (returned.kind === 'void' || returned.kind === 'never') return [];
  const type = returnType(reader, fn);
  if (returned.kind !== 'record' || !returned.tuple) return [readReturn(reader, fn, fn.type, { kind: returned, type, name: 'value' })];
  const node = fn.type && ts.isTypeOperatorNode(fn.type) ? fn.type.type : fn.type;
  const nodes = node && ts.isTupleTypeNode(node) ? node.elements : [];
  return returned.fields.map((field, i) => {
    const element = nodes[i];
    const at = element && ts.isNamedTupleMember(element) ? element.type : element;
    return readReturn(reader, fn, at, { kind: field.kind, type: field.type, name: field.label ?? `value${i + 1}` });
  });
}

function returnType({ types }: Reader, fn: FunctionWithBody): ts.Type | undefined {
  const signature = types.checker.getSignatureFromDeclaration(fn);
  return signature && types.checker.getReturnTypeOfSignature(signature);
}

interface Returned {
  readonly kind: Kind;
  readonly type: ts.Type | undefined;
  readonly name: string;
}

function readReturn(
  reader: Reader,
  fn: FunctionWithBody,
  node: ts.TypeNode | undefined,
  { kind, type, name }: Returned,
): Signature['returns'][number] {
  const at = fn.type ?? fn.name ?? fn;
  const isMissing = type !== undefined && missingOf(type).length > 0;
  const refusal = kind.kind === 'other' ? refusalOf(at, 'the result', kind) : undefined;
  if (refusal) reader.diagnostics.push(refusal);
  else if (isMissing || kind.kind === 'text' || !isUsable(kind))
    reader.diagnostics.push(messages.returnType(spanOf(at), returnedText(reader, kind, type)));
  return { name, type: typeText(reader, node, kind, type), shape: kind.kind === 'text' ? { kind: 'opaque' } : shapeOf(reader, kind) };
}

function returnedText({ types }: Reader, kind: Kind, type: ts.Type | undefined): string {
  if (kind.kind === 'text') return 'a string';
  return type ? types.text(type) : `a ${kind.kind}`;
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
