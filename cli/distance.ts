/** How many letters must be changed, added, dropped or swapped with their neighbor to get from one word to another. */
export function editDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= from.length; row++) rows.push(nextRow(rows, row, from, to));
  return at(rows, from.length, to.length);
}

/** The word that was probably meant. */
export function closestTo(word: string, known: readonly string[]): string | undefined {
  const ranked = known.map((candidate) => ({ candidate, distance: editDistance(word, candidate) }));
  const [best] = ranked.sort((left, right) => left.distance - right.distance);
  return best !== undefined && best.distance <= Math.max(1, Math.floor(word.length / 3)) ? best.candidate : undefined;
}

function nextRow(rows: readonly number[][], row: number, from: string, to: string): number[] {
  const result = [row];
  for (let column = 1; column <= to.length; column++) {
    const changed = at(rows, row - 1, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1);
    const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
    const moved = swapped ? at(rows, row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY;
    result.push(Math.min(changed, moved, at(rows, row - 1, column) + 1, (result[column - 1] ?? 0) + 1));
  }
  return result;
}

function at(rows: readonly number[][], row: number, column: number): number {
  return rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
}
