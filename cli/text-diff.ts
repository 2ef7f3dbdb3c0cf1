/** The lines in which two texts differ. */

/** Lines of both, each with ` `, `-` or `+` in front; unchanged ones only near a change. Empty where the texts are equal. */
export function diffLines(before: string, after: string, around = 2): string[] {
  const [left, right] = [before.split('\n'), after.split('\n')];
  const marked = merge(left, right);
  const near = marked.map((_, at) => marked.slice(Math.max(0, at - around), at + around + 1).some((line) => !line.startsWith(' ')));
  return marked.flatMap((line, at) => (near[at] ? [line] : near[at - 1] ? ['  …'] : []));
}

/** The longest common subsequence, read off a table of its lengths. */
function merge(left: readonly string[], right: readonly string[]): string[] {
  const width = right.length + 1;
  const lengths = new Uint32Array((left.length + 1) * width);
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = left.length - 1; row >= 0; row--) {
    for (let column = right.length - 1; column >= 0; column--) {
      const longer = left[row] === right[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
      lengths[row * width + column] = longer;
    }
  }
  const result: string[] = [];
  let [row, column] = [0, 0];
  while (row < left.length || column < right.length) {
    if (row < left.length && column < right.length && left[row] === right[column]) {
      result.push(`  ${left[row++]}`);
      column++;
    } else if (column >= right.length || (row < left.length && at(row + 1, column) >= at(row, column + 1))) result.push(`- ${left[row++]}`);
    else result.push(`+ ${right[column++]}`);
  }
  return result;
}
