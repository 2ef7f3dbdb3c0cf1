/** Any function of the IR as a plain one: what tests run under V8. */
import { isNumbers } from '../ir/memory-types.ts';
import type { IrFunction, Type } from '../ir/types.ts';
import { buildBody } from './body.ts';
import { declareVariables } from './declare.ts';
import { chooseNames, numbered, toIdentifier, unusableNames } from './names.ts';
import { printBlock } from './print-statement.ts';
import type { Expr, Stmt, Variable } from './syntax.ts';
import { call, text } from './syntax.ts';
import { typeScriptType } from './type-text.ts';

export interface PlainOptions {
  readonly uncheckedIndexedAccess: boolean;
}

/** `function name(a, b) { …; return [results] }`: results always in an array, buffers always new. */
export function printPlainFunction(fn: IrFunction, options: PlainOptions = { uncheckedIndexedAccess: false }): string {
  const parameters = plainParameters(fn);
  const finish = (elements: readonly Expr[]): readonly Stmt[] => [{ kind: 'return', value: { kind: 'list', elements }, origin: fn.origin }];
  const body = buildBody(
    fn,
    {
      parameter: (position) => parameters[position] as Variable,
      buffer: ({ out }, like, zeros) =>
        isNumbers(fn.values[out]?.type) || !zeros
          ? call(isList(fn.values[out]?.type) ? 'gradientList' : 'gradientBuffer', [like], false)
          : zeros,
      global: (op) => text(op.name),
      callee: (key) => key,
      finish,
    },
    parameters.length,
  );
  declareVariables(body);
  const fixed = new Map(parameters.map((parameter) => [parameter, parameter.hints[0] as string]));
  const names = chooseNames(body, fixed.values());
  const name = (variable: Variable): string => fixed.get(variable) ?? names.get(variable) ?? `unnamed${variable.id}`;
  const lines = printBlock(body, { name, uncheckedIndexedAccess: options.uncheckedIndexedAccess }, '  ').map((line) => line.text);
  const list = parameters.map((parameter) => `${name(parameter)}: ${parameter.type}`).join(', ');
  const results = fn.body.yields.map((id) => typeScriptType(fn.values[id]?.type ?? { kind: 'real' }));
  return [`function ${toIdentifier(fn.name)}(${list}): [${results.join(', ')}] {`, ...lines, '}', ''].join('\n');
}

const isList = (type: Type | undefined): boolean => type?.kind === 'array' && type.storage === 'list';

function plainParameters(fn: IrFunction): Variable[] {
  const taken = new Set<string>(unusableNames);
  return fn.params.map(({ id, name: wish }, i) => {
    let chosen = toIdentifier(wish);
    for (let count = 2; taken.has(chosen); count++) chosen = numbered(toIdentifier(wish), count);
    taken.add(chosen);
    return { id: i, type: typeScriptType(fn.values[id]?.type ?? { kind: 'real' }), hints: [chosen], fixed: true, named: true };
  });
}
