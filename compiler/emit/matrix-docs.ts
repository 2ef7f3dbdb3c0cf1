/** What the comment above a Jacobian or Hessian says: its size, and what its rows and columns belong to. */
import type { Shape } from '../ir/program.ts';
import type { ValueId } from '../ir/types.ts';
import type { Plan } from './signature.ts';
import { isDifferentiableShape } from './tangents.ts';

export function describeMatrix(plan: Plan, link: string): string[] {
  const { derived, columns } = plan;
  const inputs = columns.map(({ of, shape }) => numbersOf(`\`${of.name}\``, shape)).join(', ');
  const outputs = outputsOf(plan);
  const isHessian = derived.kind === 'hessian';
  const shapes = [...columns, ...(isHessian ? [] : outputs)].map(({ shape }) => shape);
  return [
    `${isHessian ? 'Hessian' : 'Jacobian'} of ${link} (${sizeOf(plan)}row-major).`,
    ...(isHessian ? [] : [`Rows: ${outputs.map(({ words, shape }) => numbersOf(words, shape)).join(', ')}.`]),
    `${isHessian ? 'Rows and columns' : 'Columns'}: ${inputs}.`,
    ...(shapes.some(holdsFields) ? ['Fields are in the order of their declaration.'] : []),
  ];
}

function holdsFields(shape: Shape): boolean {
  if (shape.kind === 'list') return holdsFields(shape.element);
  return shape.kind === 'record' && (!shape.tuple || shape.fields.some((field) => holdsFields(field.shape)));
}

/** `2 × 3, `, where that is known. */
function sizeOf({ derived: { ir } }: Plan): string {
  const constants = new Map(ir.body.ops.flatMap((op) => (op.kind === 'const' ? [[op.out, op.value] as const] : [])));
  const [rows, cols] = ir.body.yields.map((id: ValueId) => constants.get(id));
  return rows === undefined || cols === undefined ? '' : `${rows} × ${cols}, `;
}

interface Output {
  readonly words: string;
  readonly shape: Shape;
}

/** The outputs that have rows. */
function outputsOf({ derived: { of } }: Plan): Output[] {
  const { params, returns, tuple } = of.signature;
  const returned = returns.map(({ name, shape }): Output => ({ words: tuple ? `\`${name}\`` : 'the result', shape }));
  const written = of.program.main.results.flatMap(({ kind, param }): Output[] => {
    const own = kind === 'written' && param !== undefined ? params[param] : undefined;
    return own?.differentiable ? [{ words: `\`${own.name}\` as written`, shape: own.shape }] : [];
  });
  return [...returned, ...written].filter(({ shape }) => isDifferentiableShape(shape));
}

const numbersOf = (words: string, shape: Shape): string => (shape.kind === 'real' ? words : `the numbers of ${words}`);
