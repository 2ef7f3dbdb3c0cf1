/**
 * A tape in typed arrays that are kept from call to call. Each operation is a node with its value and one entry per argument:
 * the argument's node and the partial derivative. The reverse sweep is one loop without any dispatch, and sums and products
 * of vectors are one node each.
 */
import { type Tape, TapeIsFull } from './tape.ts';

const entriesPerNode = 2;

export class FlatTape implements Tape<number> {
  private capacity = 1024;
  private values = new Float64Array(this.capacity);
  private adjoints = new Float64Array(this.capacity);
  /** Where the entries of a node end; they begin where those of the node before it end. */
  private ends = new Int32Array(this.capacity);
  private nodes = 0;
  private variables = 0;
  /** At least two for each node that there is still room for, so that only vectors have to look. */
  private entryCapacity = entriesPerNode * this.capacity;
  private sources = new Int32Array(this.entryCapacity);
  private partials = new Float64Array(this.entryCapacity);
  private entries = 0;

  reset(): void {
    this.nodes = 0;
    this.variables = 0;
    this.entries = 0;
  }

  grow(): void {
    if (this.nodes >= this.capacity) {
      this.entryCapacity += entriesPerNode * this.capacity;
      this.capacity *= 2;
      this.values = new Float64Array(this.capacity);
      this.adjoints = new Float64Array(this.capacity);
      this.ends = new Int32Array(this.capacity);
    } else this.entryCapacity *= 2;
    this.sources = new Int32Array(this.entryCapacity);
    this.partials = new Float64Array(this.entryCapacity);
  }

  variable(value: number): number {
    this.variables++;
    return this.constant(value);
  }

  constant(value: number): number {
    this.values[this.nodes] = value;
    return this.close(0);
  }

  valueOf(number: number): number {
    return this.values[number];
  }

  add(a: number, b: number): number {
    const { values, sources, partials, nodes, entries } = this;
    values[nodes] = values[a] + values[b];
    sources[entries] = a;
    partials[entries] = 1;
    sources[entries + 1] = b;
    partials[entries + 1] = 1;
    return this.close(2);
  }

  subtract(a: number, b: number): number {
    const { values, sources, partials, nodes, entries } = this;
    values[nodes] = values[a] - values[b];
    sources[entries] = a;
    partials[entries] = 1;
    sources[entries + 1] = b;
    partials[entries + 1] = -1;
    return this.close(2);
  }

  multiply(a: number, b: number): number {
    const { values, sources, partials, nodes, entries } = this;
    const left = values[a];
    const right = values[b];
    values[nodes] = left * right;
    sources[entries] = a;
    partials[entries] = right;
    sources[entries + 1] = b;
    partials[entries + 1] = left;
    return this.close(2);
  }

  divide(a: number, b: number): number {
    const { values, sources, partials, nodes, entries } = this;
    const divisor = values[b];
    const ratio = values[a] / divisor;
    values[nodes] = ratio;
    sources[entries] = a;
    partials[entries] = 1 / divisor;
    sources[entries + 1] = b;
    partials[entries + 1] = -ratio / divisor;
    return this.close(2);
  }

  divideInto(constant: number, a: number): number {
    const { values, sources, partials, nodes, entries } = this;
    const divisor = values[a];
    const ratio = constant / divisor;
    values[nodes] = ratio;
    sources[entries] = a;
    partials[entries] = -ratio / divisor;
    return this.close(1);
  }

  addScaled(a: number, b: number, factor: number): number {
    const { values, sources, partials, nodes, entries } = this;
    values[nodes] = values[a] + factor * values[b];
    sources[entries] = a;
    partials[entries] = 1;
    sources[entries + 1] = b;
    partials[entries + 1] = factor;
    return this.close(2);
  }

  shift(a: number, constant: number): number {
    const { values, sources, partials, nodes, entries } = this;
    values[nodes] = values[a] + constant;
    sources[entries] = a;
    partials[entries] = 1;
    return this.close(1);
  }

  subtractFrom(constant: number, a: number): number {
    const { values, sources, partials, nodes, entries } = this;
    values[nodes] = constant - values[a];
    sources[entries] = a;
    partials[entries] = -1;
    return this.close(1);
  }

  scale(a: number, factor: number): number {
    const { values, sources, partials, nodes, entries } = this;
    values[nodes] = factor * values[a];
    sources[entries] = a;
    partials[entries] = factor;
    return this.close(1);
  }

  square(a: number): number {
    const { values, sources, partials, nodes, entries } = this;
    const value = values[a];
    values[nodes] = value * value;
    sources[entries] = a;
    partials[entries] = 2 * value;
    return this.close(1);
  }

  sqrt(a: number): number {
    const { values, sources, partials, nodes, entries } = this;
    const root = Math.sqrt(values[a]);
    values[nodes] = root;
    sources[entries] = a;
    partials[entries] = 0.5 / root;
    return this.close(1);
  }

  exp(a: number): number {
    const { values, sources, partials, nodes, entries } = this;
    const value = Math.exp(values[a]);
    values[nodes] = value;
    sources[entries] = a;
    partials[entries] = value;
    return this.close(1);
  }

  log(a: number): number {
    const { values, sources, partials, nodes, entries } = this;
    const value = values[a];
    values[nodes] = Math.log(value);
    sources[entries] = a;
    partials[entries] = 1 / value;
    return this.close(1);
  }

  sin(a: number): number {
    const { values, sources, partials, nodes, entries } = this;
    const value = values[a];
    values[nodes] = Math.sin(value);
    sources[entries] = a;
    partials[entries] = Math.cos(value);
    return this.close(1);
  }

  cos(a: number): number {
    const { values, sources, partials, nodes, entries } = this;
    const value = values[a];
    values[nodes] = Math.cos(value);
    sources[entries] = a;
    partials[entries] = -Math.sin(value);
    return this.close(1);
  }

  tanh(a: number): number {
    const { values, sources, partials, nodes, entries } = this;
    const value = Math.tanh(values[a]);
    values[nodes] = value;
    sources[entries] = a;
    partials[entries] = 1 - value * value;
    return this.close(1);
  }

  sigmoid(a: number): number {
    const { values, sources, partials, nodes, entries } = this;
    const value = 1 / (1 + Math.exp(-values[a]));
    values[nodes] = value;
    sources[entries] = a;
    partials[entries] = value * (1 - value);
    return this.close(1);
  }

  sum(terms: readonly number[]): number {
    const count = terms.length;
    const { values, sources, partials } = this;
    const entry = this.open(count);
    let sum = 0;
    for (let i = 0; i < count; i++) {
      sum += values[terms[i]];
      sources[entry + i] = terms[i];
      partials[entry + i] = 1;
    }
    values[this.nodes] = sum;
    return this.close(count);
  }

  dot(start: number, left: readonly number[], from: number, right: readonly number[], rightFrom: number, count: number): number {
    const { values, sources, partials } = this;
    let entry = this.open(2 * count + 1);
    let sum = values[start];
    sources[entry] = start;
    partials[entry++] = 1;
    for (let i = 0; i < count; i++) {
      const a = left[from + i];
      const b = right[rightFrom + i];
      sum += values[a] * values[b];
      sources[entry] = a;
      partials[entry++] = values[b];
      sources[entry] = b;
      partials[entry++] = values[a];
    }
    values[this.nodes] = sum;
    return this.close(2 * count + 1);
  }

  weigh(start: number, terms: readonly number[], from: number, weights: ArrayLike<number>, weightsFrom: number, count: number): number {
    const { values, sources, partials } = this;
    let entry = this.open(count + 1);
    let sum = values[start];
    sources[entry] = start;
    partials[entry++] = 1;
    for (let i = 0; i < count; i++) {
      const weight = weights[weightsFrom + i];
      sum += values[terms[from + i]] * weight;
      sources[entry] = terms[from + i];
      partials[entry++] = weight;
    }
    values[this.nodes] = sum;
    return this.close(count + 1);
  }

  differentiate(result: number, gradient: Float64Array): void {
    const { adjoints, ends, sources, partials, variables } = this;
    adjoints.fill(0, 0, result);
    adjoints[result] = 1;
    for (let node = result; node >= variables; node--) {
      const adjoint = adjoints[node];
      if (adjoint === 0) continue;
      const end = ends[node];
      for (let entry = ends[node - 1]; entry < end; entry++) adjoints[sources[entry]] += adjoint * partials[entry];
    }
    for (let i = 0; i < variables; i++) gradient[i] = adjoints[i];
  }

  /** The first of `count` new entries. */
  private open(count: number): number {
    if (this.entries + count + entriesPerNode * (this.capacity - this.nodes) > this.entryCapacity) throw new TapeIsFull();
    return this.entries;
  }

  /** A new node, whose value is there and whose entries are the next `count`. No fraction is passed: V8 would put it in a box. */
  private close(count: number): number {
    const node = this.nodes;
    if (node >= this.capacity) throw new TapeIsFull();
    const end = this.entries + count;
    this.ends[node] = end;
    this.entries = end;
    this.nodes = node + 1;
    return node;
  }
}
