/** A tape of closures: each number is an object, each operation leaves a function that passes its adjoint on. */
import type { Tape } from './tape.ts';

export interface Recorded {
  readonly value: number;
  adjoint: number;
}

export class ClosureTape implements Tape<Recorded> {
  private variables: Recorded[] = [];
  private steps: (() => void)[] = [];

  reset(): void {
    this.variables = [];
    this.steps = [];
  }

  grow(): void {
    throw new Error('a tape of closures is never full');
  }

  variable(value: number): Recorded {
    const made = { value, adjoint: 0 };
    this.variables.push(made);
    return made;
  }

  constant(value: number): Recorded {
    return { value, adjoint: 0 };
  }

  valueOf({ value }: Recorded): number {
    return value;
  }

  add(a: Recorded, b: Recorded): Recorded {
    return this.binary(a.value + b.value, a, 1, b, 1);
  }

  subtract(a: Recorded, b: Recorded): Recorded {
    return this.binary(a.value - b.value, a, 1, b, -1);
  }

  multiply(a: Recorded, b: Recorded): Recorded {
    return this.binary(a.value * b.value, a, b.value, b, a.value);
  }

  divide(a: Recorded, b: Recorded): Recorded {
    const ratio = a.value / b.value;
    return this.binary(ratio, a, 1 / b.value, b, -ratio / b.value);
  }

  divideInto(constant: number, a: Recorded): Recorded {
    const ratio = constant / a.value;
    return this.unary(ratio, a, -ratio / a.value);
  }

  addScaled(a: Recorded, b: Recorded, factor: number): Recorded {
    return this.binary(a.value + factor * b.value, a, 1, b, factor);
  }

  shift(a: Recorded, constant: number): Recorded {
    return this.unary(a.value + constant, a, 1);
  }

  subtractFrom(constant: number, a: Recorded): Recorded {
    return this.unary(constant - a.value, a, -1);
  }

  scale(a: Recorded, factor: number): Recorded {
    return this.unary(factor * a.value, a, factor);
  }

  square(a: Recorded): Recorded {
    return this.unary(a.value * a.value, a, 2 * a.value);
  }

  sqrt(a: Recorded): Recorded {
    const root = Math.sqrt(a.value);
    return this.unary(root, a, 0.5 / root);
  }

  exp(a: Recorded): Recorded {
    const value = Math.exp(a.value);
    return this.unary(value, a, value);
  }

  log(a: Recorded): Recorded {
    return this.unary(Math.log(a.value), a, 1 / a.value);
  }

  sin(a: Recorded): Recorded {
    return this.unary(Math.sin(a.value), a, Math.cos(a.value));
  }

  cos(a: Recorded): Recorded {
    return this.unary(Math.cos(a.value), a, -Math.sin(a.value));
  }

  tanh(a: Recorded): Recorded {
    const value = Math.tanh(a.value);
    return this.unary(value, a, 1 - value * value);
  }

  sigmoid(a: Recorded): Recorded {
    const value = 1 / (1 + Math.exp(-a.value));
    return this.unary(value, a, value * (1 - value));
  }

  sum(terms: readonly Recorded[]): Recorded {
    const parts = terms.slice();
    const made = { value: parts.reduce((sum, { value }) => sum + value, 0), adjoint: 0 };
    this.steps.push(() => {
      for (const part of parts) part.adjoint += made.adjoint;
    });
    return made;
  }

  dot(start: Recorded, left: readonly Recorded[], from: number, right: readonly Recorded[], rightFrom: number, count: number): Recorded {
    const [a, b] = [left.slice(from, from + count), right.slice(rightFrom, rightFrom + count)];
    let value = start.value;
    for (let i = 0; i < count; i++) value += a[i].value * b[i].value;
    const made = { value, adjoint: 0 };
    this.steps.push(() => {
      start.adjoint += made.adjoint;
      for (let i = 0; i < count; i++) {
        a[i].adjoint += made.adjoint * b[i].value;
        b[i].adjoint += made.adjoint * a[i].value;
      }
    });
    return made;
  }

  weigh(
    start: Recorded,
    terms: readonly Recorded[],
    from: number,
    weights: ArrayLike<number>,
    weightsFrom: number,
    count: number,
  ): Recorded {
    const parts = terms.slice(from, from + count);
    const factors = Array.from(parts, (_, i) => weights[weightsFrom + i]);
    let value = start.value;
    for (let i = 0; i < count; i++) value += parts[i].value * factors[i];
    const made = { value, adjoint: 0 };
    this.steps.push(() => {
      start.adjoint += made.adjoint;
      for (let i = 0; i < count; i++) parts[i].adjoint += made.adjoint * factors[i];
    });
    return made;
  }

  differentiate(result: Recorded, gradient: Float64Array): void {
    result.adjoint = 1;
    for (let at = this.steps.length - 1; at >= 0; at--) this.steps[at]();
    for (const [i, { adjoint }] of this.variables.entries()) gradient[i] = adjoint;
  }

  private unary(value: number, a: Recorded, partial: number): Recorded {
    const made = { value, adjoint: 0 };
    this.steps.push(() => {
      a.adjoint += made.adjoint * partial;
    });
    return made;
  }

  private binary(value: number, a: Recorded, partialOfA: number, b: Recorded, partialOfB: number): Recorded {
    const made = { value, adjoint: 0 };
    this.steps.push(() => {
      a.adjoint += made.adjoint * partialOfA;
      b.adjoint += made.adjoint * partialOfB;
    });
    return made;
  }
}
