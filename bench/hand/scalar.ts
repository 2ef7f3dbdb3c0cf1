/** Value and gradient of `scalar`. */
export function scalarByHand(x: number, y: number, z: number): { value: number; grad: [dx: number, dy: number, dz: number] } {
  const radius = Math.sqrt(x * x + y * y + 1);
  const inverse = 1 / radius;
  const product = x * y;
  const sine = Math.sin(product);
  const exponential = Math.exp(z);
  const ratio = sine * exponential * inverse;
  const tanh = Math.tanh(radius - z);
  const blend = tanh + ratio;
  const argument = 1 + blend * blend;
  const level = Math.log(argument);
  const cosine = Math.cos(z);

  const dBlend = x + (2 * cosine * blend) / argument;
  const dTanh = dBlend * (1 - tanh * tanh);
  const dRadius = (dTanh - dBlend * ratio * inverse) * inverse;
  const dProduct = dBlend * inverse * exponential * Math.cos(product);
  return {
    value: level * cosine + x * blend,
    grad: [blend + dProduct * y + dRadius * x, dProduct * x + dRadius * y, dBlend * ratio - dTanh - level * Math.sin(z)],
  };
}
