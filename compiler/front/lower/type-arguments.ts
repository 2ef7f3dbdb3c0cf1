/** What the type parameters of a generic function stand for in one call of it. */
import { ts } from '#ts-morph';
import { elementType } from '../../ir/build.ts';
import { isRecord, sameType } from '../../ir/memory-types.ts';
import type { Field, Type } from '../../ir/types.ts';
import { type Kind, typeOfKind } from '../kinds.ts';
import { enclosingFunction, type FunctionWithBody } from '../syntax.ts';
import type { Bindings, TypeReader } from '../types.ts';
import type { Lowering } from './context.ts';
import type { ParamUse } from './function.ts';

/** The reader of types for the function's own text. A call may say nothing, or something else than its arguments. */
export function readerFor({ cx }: Lowering, node: ts.Node, fn: FunctionWithBody, uses: readonly ParamUse[]): TypeReader {
  const around: Bindings = enclosingFunction(fn) ? cx.types.bindings : new Map();
  const own = fn.typeParameters && ts.isCallExpression(node) ? bindingsOf(cx.types, node, fn) : new Map<ts.Type, Kind>();
  for (const bindings of own.size > 0 ? [own, bindingsOfValues(cx.types, fn, uses)] : []) {
    const types = cx.types.bound(new Map([...around, ...bindings]));
    if (fn.parameters.every((parameter, i) => fits(types, parameter, uses[i]))) return types;
  }
  return around.size === cx.types.bindings.size ? cx.types : cx.types.bound(around);
}

function bindingsOf(types: TypeReader, node: ts.CallExpression, fn: FunctionWithBody): Bindings {
  const { checker } = types;
  const signature = checker.getResolvedSignature(node);
  const given = signature?.declaration === fn ? checker.getTypeArgumentsForResolvedSignature(signature) : undefined;
  const bindings = new Map<ts.Type, Kind>();
  fn.typeParameters?.forEach((parameter, i) => {
    const type = given?.[i];
    const kind = type && bindable(types.kindOf(type));
    if (kind) bindings.set(checker.getTypeAtLocation(parameter), kind);
  });
  return bindings;
}

/** A whole number may meet any other. */
function bindable(kind: Kind): Kind | undefined {
  if (kind.kind === 'int') return { kind: 'real' };
  return typeOfKind(kind) ? kind : undefined;
}

/** By the arguments themselves, for type parameters that may be anything. */
function bindingsOfValues({ checker, kindOf }: TypeReader, fn: FunctionWithBody, uses: readonly ParamUse[]): Bindings {
  const variables = fn.typeParameters?.map((parameter) => checker.getTypeAtLocation(parameter)) ?? [];
  const own = new Set(variables.filter((type) => kindOf(type).kind === 'generic'));
  const bindings = new Map<ts.Type, Kind>();
  const unify = (declared: ts.Type, type: Type): void => {
    const present = checker.getNonNullableType(declared);
    const variable = own.has(declared) ? declared : present.isIntersection() ? present.types.find((part) => own.has(part)) : present;
    if (variable && own.has(variable)) {
      if (!bindings.has(variable)) bindings.set(variable, { kind: 'generic', type: type.kind === 'int' ? { kind: 'real' } : type });
    } else if (isRecord(type)) {
      for (const field of type.fields) unifyField(present, field);
    } else if (type.kind === 'array' && checker.isArrayType(present)) {
      unify(checker.getTypeArguments(present as ts.TypeReference)[0] as ts.Type, elementType(type));
    }
  };
  const unifyField = (declared: ts.Type, field: Field): void => {
    const property = checker.getPropertyOfType(declared, field.name);
    if (property) unify(checker.getTypeOfSymbol(property), field.type);
  };
  fn.parameters.forEach((parameter, i) => {
    const use = uses[i];
    if (use && 'type' in use) unify(checker.getTypeAtLocation(parameter), use.type);
  });
  return bindings;
}

/** An argument may be more than the checker knows of it. */
function fits(types: TypeReader, parameter: ts.ParameterDeclaration, use: ParamUse | undefined): boolean {
  if (use?.kind !== 'value' && use?.kind !== 'optional' && use?.kind !== 'flagged') return true;
  const declared = typeOfKind(types.kindAt(parameter));
  const isNumber = use.type.kind === 'int' || use.type.kind === 'real';
  return declared === undefined || sameType(declared, use.type) || (isNumber && (declared.kind === 'int' || declared.kind === 'real'));
}
