import type { Joint, SpatialArm } from '../../fixtures/programs/arm.ts';
import type { Vec2, Vec3 } from '../../fixtures/programs/vector.ts';

type JointGradient = Pick<Joint, 'angle' | 'length'>;

/** Value and gradient of `planarReach`. `memory`: the directions of the rods, two numbers for each joint. */
export function planarReachByHand(joints: readonly Joint[], target: Vec2, dJoints: readonly JointGradient[], memory: Float64Array): number {
  let missX = -target.x;
  let missY = -target.y;
  let x = 1;
  let y = 0;
  for (let i = 0; i < joints.length; i++) {
    const { angle, length } = joints[i];
    const c = Math.cos(angle);
    const s = Math.sin(angle);
    const before = x;
    x = c * x - s * y;
    y = s * before + c * y;
    memory[2 * i] = x;
    memory[2 * i + 1] = y;
    missX += length * x;
    missY += length * y;
  }
  const distance = Math.sqrt(missX * missX + missY * missY);
  const scale = distance === 0 ? 0 : 1 / distance;
  // A joint turns all that follows: the moment of the pull at the hand about the joint.
  let fromX = 0;
  let fromY = 0;
  for (let i = joints.length - 1; i >= 0; i--) {
    const { length } = joints[i];
    fromX += length * memory[2 * i];
    fromY += length * memory[2 * i + 1];
    dJoints[i].length = scale * (missX * memory[2 * i] + missY * memory[2 * i + 1]);
    dJoints[i].angle = scale * (missY * fromX - missX * fromY);
  }
  return distance;
}

/**
 * Value and gradient of `spatialReach`: a joint turns all that follows about its axis, so its entry is the triple product of
 * the axis, the lever from the joint to the hand, and the pull at the hand. `memory`: 33 numbers, axis and rod of each joint and a frame.
 */
export function spatialReachByHand(
  arm: SpatialArm,
  target: Vec3,
  dArm: readonly JointGradient[],
  dTarget: Vec3,
  memory: Float64Array,
): number {
  placeRods(arm, memory);
  let x = -target.x;
  let y = -target.y;
  let z = -target.z;
  for (let i = 0; i < 4; i++) {
    const { length } = arm[i];
    x += length * memory[6 * i + 3];
    y += length * memory[6 * i + 4];
    z += length * memory[6 * i + 5];
  }
  const distance = Math.sqrt(x * x + y * y + z * z);
  const scale = distance === 0 ? 0 : 1 / distance;
  dTarget.x = -scale * x;
  dTarget.y = -scale * y;
  dTarget.z = -scale * z;
  let leverX = 0;
  let leverY = 0;
  let leverZ = 0;
  for (let i = 3; i >= 0; i--) {
    const { length } = arm[i];
    const at = 6 * i;
    const rodX = memory[at + 3];
    const rodY = memory[at + 4];
    const rodZ = memory[at + 5];
    leverX += length * rodX;
    leverY += length * rodY;
    leverZ += length * rodZ;
    dArm[i].length = scale * (x * rodX + y * rodY + z * rodZ);
    const turnX = memory[at + 1] * leverZ - memory[at + 2] * leverY;
    const turnY = memory[at + 2] * leverX - memory[at] * leverZ;
    const turnZ = memory[at] * leverY - memory[at + 1] * leverX;
    dArm[i].angle = scale * (x * turnX + y * turnY + z * turnZ);
  }
  return distance;
}

/** Axis and direction of the rod of each joint. `memory` from 24 on: the columns of the frame, turned about the last or the second. */
function placeRods(arm: SpatialArm, memory: Float64Array): void {
  for (let k = 0; k < 9; k++) memory[first + k] = k % 4 === 0 ? 1 : 0;
  for (let i = 0; i < 4; i++) {
    const { kind, angle } = arm[i];
    const axis = kind === 'turn' ? third : second;
    for (let k = 0; k < 3; k++) memory[6 * i + k] = memory[axis + k];
    if (kind === 'turn') turnColumns(memory, first, second, angle);
    else turnColumns(memory, third, first, angle);
    for (let k = 0; k < 3; k++) memory[6 * i + 3 + k] = memory[third + k];
  }
}

const [first, second, third] = [24, 27, 30];

function turnColumns(memory: Float64Array, from: number, to: number, angle: number): void {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  for (let k = 0; k < 3; k++) {
    const a = memory[from + k];
    const b = memory[to + k];
    memory[from + k] = c * a + s * b;
    memory[to + k] = c * b - s * a;
  }
}
