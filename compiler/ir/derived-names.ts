/** What a mark makes, and what it is called (contract §3). */
import type { DerivedFunction, Mark } from './program.ts';

export type DerivedKind = DerivedFunction['kind'];

/** The functions of each mark; the name of the first is the one that `as` replaces. */
const made: Readonly<Record<Mark['tag'], readonly (readonly [kind: DerivedKind, suffix: string])[]>> = {
  grad: [
    ['grad', 'Grad'],
    ['valueAndGrad', 'ValueAndGrad'],
    ['valueAndGradInto', 'ValueAndGradInto'],
  ],
  vjp: [['vjp', 'Vjp']],
  pullback: [['pullback', 'Pullback']],
  jvp: [['jvp', 'Jvp']],
  hvp: [['hvp', 'Hvp']],
  jacobian: [['jacobian', 'Jacobian']],
  hessian: [['hessian', 'Hessian']],
};

export interface DerivedName {
  readonly kind: DerivedKind;
  readonly name: string;
}

/** `lossGrad`; with `@grad x as slope`: `slope`, `slopeValueAndGrad`. `fillsMemory`: every input is passed by reference. */
export function functionsOf(of: string, { tag, as }: Mark, fillsMemory: boolean): readonly DerivedName[] {
  const functions = made[tag].filter(([kind]) => fillsMemory || kind !== 'valueAndGradInto');
  return functions.map(([kind, suffix], at) => ({ kind, name: as === undefined ? `${of}${suffix}` : at === 0 ? as : `${as}${suffix}` }));
}

/** The function itself, written out where its body asks for derivatives. */
export function primalName(of: string): string {
  return `${of}Primal`;
}
