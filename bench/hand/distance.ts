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
