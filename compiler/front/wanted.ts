/** The type that the place of an expression asks for, where that is a parameter of a generic function or a part of one. */
import { ts } from '#ts-morph';

/** With what the type parameters stand for in this call; of those the checker's contextual type knows only the constraint. */
export function instantiatedAt(node: ts.Node, checker: ts.TypeChecker): ts.Type | undefined {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent)) return instantiatedAt(parent, checker);
  if (ts.isCallExpression(parent)) return parameterType(parent, parent.arguments.indexOf(node as ts.Expression), checker);
  if (ts.isPropertyAssignment(parent)) return partOf(instantiatedAt(parent.parent, checker), parent.name.getText(), checker);
  if (!ts.isArrayLiteralExpression(parent)) return undefined;
  const outer = instantiatedAt(parent, checker);
  const at = parent.elements.indexOf(node as ts.Expression);
  return outer && elementAt(checker.getNonNullableType(outer), at, checker);
}

function parameterType(call: ts.CallExpression, at: number, checker: ts.TypeChecker): ts.Type | undefined {
  const signature = at < 0 ? undefined : checker.getResolvedSignature(call);
  if (!signature?.declaration?.typeParameters) return undefined;
  const parameters = signature.getParameters();
  const parameter = parameters[Math.min(at, parameters.length - 1)];
  const type = parameter && checker.getTypeOfSymbolAtLocation(parameter, call);
  const declaration = parameter?.valueDeclaration;
  const isRest = declaration !== undefined && ts.isParameter(declaration) && declaration.dotDotDotToken !== undefined;
  return type && isRest ? elementAt(type, at - parameters.length + 1, checker) : type;
}

function partOf(outer: ts.Type | undefined, name: string, checker: ts.TypeChecker): ts.Type | undefined {
  const property = outer && checker.getPropertyOfType(checker.getNonNullableType(outer), name);
  return property && checker.getTypeOfSymbol(property);
}

function elementAt(list: ts.Type, at: number, checker: ts.TypeChecker): ts.Type | undefined {
  if (checker.isTupleType(list)) return checker.getTypeArguments(list as ts.TypeReference)[at];
  return checker.isArrayType(list) ? checker.getTypeArguments(list as ts.TypeReference)[0] : undefined;
}
