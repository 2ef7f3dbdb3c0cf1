import type { int } from 'gradgen';

/**
 * Prey and predators (Lotka and Volterra) after `steps` of Euler's method with step 0.01, both 1 at the start: the squared
 * distance of the last state to (1, 1).
 *
 * @param rates growth of the prey, loss of prey, growth of the predators, loss of predators
 * @grad rates
 */
export function predatorPrey(rates: Float64Array, steps: int): number {
  const h = 0.01;
  let prey = 1;
  let predators = 1;
  for (let step = 0; step < steps; step++) {
    const meetings = prey * predators;
    prey += h * (rates[0] * prey - rates[1] * meetings);
    predators += h * (rates[2] * meetings - rates[3] * predators);
  }
  return (prey - 1) * (prey - 1) + (predators - 1) * (predators - 1);
}
