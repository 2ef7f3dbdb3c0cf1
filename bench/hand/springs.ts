import type { Edge } from '../../fixtures/programs/springs.ts';
import type { Vec2 } from '../../fixtures/programs/vector.ts';

/** Value and gradient of `springEnergy`. */
export function springEnergyByHand(nodes: readonly Vec2[], edges: readonly Edge[], dNodes: readonly Vec2[]): number {
  let energy = 0;
  for (let i = 0; i < nodes.length; i++) {
    const { x, y } = nodes[i];
    energy += 0.005 * (x * x + y * y);
    dNodes[i].x = 0.01 * x;
    dNodes[i].y = 0.01 * y;
  }
  for (let i = 0; i < edges.length; i++) {
    const { from, to, length } = edges[i];
    const x = nodes[to].x - nodes[from].x;
    const y = nodes[to].y - nodes[from].y;
    const norm = Math.sqrt(x * x + y * y);
    const stretch = norm - length;
    energy += 0.5 * stretch * stretch;
    const scale = norm === 0 ? 0 : stretch / norm;
    dNodes[to].x += scale * x;
    dNodes[to].y += scale * y;
    dNodes[from].x -= scale * x;
    dNodes[from].y -= scale * y;
  }
  return energy;
}

/** Value and gradient of `layoutEnergy`. */
export function layoutEnergyByHand(nodes: readonly Vec2[], edges: readonly Edge[], repulsion: number, dNodes: readonly Vec2[]): number {
  let energy = springEnergyByHand(nodes, edges, dNodes);
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i];
    let dx = 0;
    let dy = 0;
    for (let j = 0; j < i; j++) {
      const x = nodes[j].x - node.x;
      const y = nodes[j].y - node.y;
      const inverse = 1 / (0.01 + x * x + y * y);
      const term = repulsion * inverse;
      energy += term;
      const scale = 2 * term * inverse;
      dx += scale * x;
      dy += scale * y;
      dNodes[j].x -= scale * x;
      dNodes[j].y -= scale * y;
    }
    dNodes[i].x += dx;
    dNodes[i].y += dy;
  }
  return energy;
}
