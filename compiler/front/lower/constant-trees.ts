/** Constants of a module that hold objects and arrays of literals, which a function can make for itself. */
import { ts } from '#ts-morph';
import { isNumbers, isReference } from '../../ir/memory-types.ts';
import { bare, enclosingFunction } from '../syntax.ts';
import { isNeverWritten } from './constant-uses.ts';
import { constantBehind, constantType, inlined, isExported, isKnownMember, isPlain, literalNumbers } from './constants.ts';
import { type Lowering, named } from './context.ts';

/** Constants of a module that are not exported, hold a tree of literals and are never written: made once, where the function begins. */
export function hoistConstants(f: Lowering): void {
  const visit = (node: ts.Node): void => {
    const known = ts.isPropertyAccessExpression(node) && isKnownMember(f.cx, node);
    const declaration = ts.isIdentifier(node) ? treeBehind(f, node) : undefined;
    const symbol = declaration && f.cx.types.symbolAt(declaration.name);
    if (declaration?.initializer && symbol && !f.env.has(symbol)) {
      f.cx.uses.add(declaration.getSourceFile().fileName);
      f.env.set(symbol, named(f, inlined(f, declaration.initializer, declaration, declaration.initializer), symbol.name));
    }
    if (!known && !ts.isTypeNode(node)) ts.forEachChild(node, visit);
  };
  visit(f.fn.body);
}

/** The declaration of a constant that can be made where it is used. */
function treeBehind(f: Lowering, node: ts.Identifier): ts.VariableDeclaration | undefined {
  const declaration = constantBehind(f, node);
  const symbol = f.cx.types.symbolAt(node);
  if (!declaration?.initializer || !symbol || enclosingFunction(declaration) || isExported(f, symbol, declaration)) return undefined;
  const type = constantType(f, declaration);
  if (!type || isNumbers(type) || !isReference(type) || !isTree(f, bare(declaration.initializer))) return undefined;
  return isNeverWritten(f, symbol, declaration) ? declaration : undefined;
}

/** Objects and arrays, written down to the last number. */
function isTree(f: Lowering, node: ts.Expression): boolean {
  if (ts.isArrayLiteralExpression(node)) return node.elements.every((element) => isTree(f, bare(element)));
  if (ts.isNewExpression(node)) return literalNumbers(f, node) !== undefined;
  if (!ts.isObjectLiteralExpression(node)) return isPlain(f, node);
  return node.properties.every((property) => ts.isPropertyAssignment(property) && isTree(f, bare(property.initializer)));
}
