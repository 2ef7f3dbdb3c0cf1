/** Value and gradient of `predatorPrey`; `history` has room for both populations at each step. */
export function predatorPreyByHand(rates: Float64Array, steps: number, dRates: Float64Array, history: Float64Array): number {
  const h = 0.01;
  const growth = h * rates[0];
  const loss = h * rates[1];
  const gain = h * rates[2];
  const death = h * rates[3];
  let prey = 1;
  let predators = 1;
  for (let step = 0; step < steps; step++) {
    history[2 * step] = prey;
    history[2 * step + 1] = predators;
    const meetings = prey * predators;
    prey += growth * prey - loss * meetings;
    predators += gain * meetings - death * predators;
  }
  const missedPrey = prey - 1;
  const missedPredators = predators - 1;

  let dPrey = 2 * missedPrey;
  let dPredators = 2 * missedPredators;
  let dGrowth = 0;
  let dLoss = 0;
  let dGain = 0;
  let dDeath = 0;
  for (let step = steps - 1; step >= 0; step--) {
    const u = history[2 * step];
    const v = history[2 * step + 1];
    const meetings = u * v;
    dGrowth += dPrey * u;
    dLoss -= dPrey * meetings;
    dGain += dPredators * meetings;
    dDeath -= dPredators * v;
    const dMeetings = dPredators * gain - dPrey * loss;
    dPrey += dPrey * growth + dMeetings * v;
    dPredators += dMeetings * u - dPredators * death;
  }
  dRates[0] = h * dGrowth;
  dRates[1] = h * dLoss;
  dRates[2] = h * dGain;
  dRates[3] = h * dDeath;
  return missedPrey * missedPrey + missedPredators * missedPredators;
}
