import type { int } from 'gradgen';

/** Steps a day. */
const steps: int = 8;

/**
 * How badly an epidemic fits the shares of ill people that were counted each day: the mean squared error of their logarithms.
 * @grad rates
 */
export function misfit(rates: number[], counted: Float64Array): number {
  const ill = course(rates, counted.length);
  let sum = 0;
  for (let day = 0; day < counted.length; day++) {
    const error = Math.log(ill[day] / counted[day]);
    sum += error * error;
  }
  return sum / counted.length;
}

/** The share of ill people day by day, by the midpoint rule; rates = [contacts in each week …, recovery]. */
export function course(rates: number[], days: int): Float64Array {
  const shares = new Float64Array(days);
  const h = 1 / steps;
  const recovery = rates[rates.length - 1];
  let healthy = 0.99;
  let ill = 0.01;
  for (let day = 0; day < days; day++) {
    const contacts = rates[Math.floor(day / 7)];
    for (let step = 0; step < steps; step++) {
      const newlyIll = contacts * healthy * ill;
      const middleHealthy = healthy - 0.5 * h * newlyIll;
      const middleIll = ill + 0.5 * h * (newlyIll - recovery * ill);
      const middleNewlyIll = contacts * middleHealthy * middleIll;
      healthy -= h * middleNewlyIll;
      ill += h * (middleNewlyIll - recovery * middleIll);
    }
    shares[day] = ill;
  }
  return shares;
}
