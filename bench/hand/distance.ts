import type { Vec2 } from '../../fixtures/programs/distance.ts';

/** Value and gradient of `distance`; zero where the points coincide. */
export function distanceByHand(u: Vec2, v: Vec2, du: Vec2, dv: Vec2): number {
  const x = u.x - v.x;
  const y = u.y - v.y;
  const length = Math.sqrt(x * x + y * y);
  const scale = length === 0 ? 0 : 1 / length;
  du.x = scale * x;
  du.y = scale * y;
  dv.x = -du.x;
  dv.y = -du.y;
  return length;
}

/** The same, as `distanceValueAndGrad` gives it: both gradients are made. */
export function distanceMadeByHand(u: Vec2, v: Vec2): { value: number; grad: [du: Vec2, dv: Vec2] } {
  const x = u.x - v.x;
  const y = u.y - v.y;
  const length = Math.sqrt(x * x + y * y);
  const scale = length === 0 ? 0 : 1 / length;
  const dx = scale * x;
  const dy = scale * y;
  return {
    value: length,
    grad: [
      { x: dx, y: dy },
      { x: -dx, y: -dy },
    ],
  };
}
