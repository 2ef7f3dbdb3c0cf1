/** Value and gradient of `kmeans`: each point pulls at the centroid that is nearest to it. */
export function kmeansByHand(
  points: readonly (readonly number[])[],
  centroids: readonly (readonly number[])[],
  dCentroids: readonly number[][],
): number {
  for (const row of dCentroids) row.fill(0);
  let cost = 0;
  for (const point of points) {
    let nearest = 0;
    let least = Infinity;
    for (let j = 0; j < centroids.length; j++) {
      const square = squaredDistance(point, centroids[j]);
      if (square < least) {
        least = square;
        nearest = j;
      }
    }
    cost += least;
    pull(point, centroids[nearest], dCentroids[nearest]);
  }
  return cost;
}

function squaredDistance(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = a[i] - b[i];
    sum += difference * difference;
  }
  return sum;
}

function pull(point: readonly number[], centroid: readonly number[], dCentroid: number[]): void {
  for (let i = 0; i < point.length; i++) dCentroid[i] += 2 * (centroid[i] - point[i]);
}
