/**
 * Twenty operations on three numbers.
 * @grad
 */
export function scalar(x: number, y: number, z: number): number {
  const radius = Math.sqrt(x * x + y * y + 1);
  const wave = Math.sin(x * y) * Math.exp(z);
  const blend = Math.tanh(radius - z) + wave / radius;
  const level = Math.log(1 + blend * blend);
  return level * Math.cos(z) + x * blend;
}
