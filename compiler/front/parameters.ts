/** The names that parameters have outside of their function. */
import { ts } from '#ts-morph';
import type { FunctionNode } from './syntax.ts';
import type { TypeReader } from './types.ts';

/** One per parameter; one that is taken apart is called after its type: `{ x }: Options` is `options`. */
export function parameterNames(types: TypeReader, fn: FunctionNode): string[] {
  const taken = new Set(fn.parameters.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : namesIn(name))));
  return fn.parameters.map((parameter, i) => {
    if (ts.isIdentifier(parameter.name)) return parameter.name.text;
    const name = unused(typeName(types, parameter) ?? `argument${i + 1}`, taken);
    taken.add(name);
    return name;
  });
}

function namesIn(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : namesIn(element.name)));
}

function typeName(types: TypeReader, parameter: ts.ParameterDeclaration): string | undefined {
  const type = types.checker.getNonNullableType(types.checker.getTypeAtLocation(parameter));
  const name = (type.aliasSymbol ?? type.symbol)?.name;
  return name !== undefined && /^[A-Z]\w*$/.test(name) && name !== 'Array' ? `${name[0]?.toLowerCase()}${name.slice(1)}` : undefined;
}

function unused(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let i = 2; taken.has(free); i++) free = `${name}${i}`;
  return free;
}
