/** Tables for a terminal. */

/** Columns padded to their widest cell: the first ones (`left` of them) to the left, the others to the right. */
export function formatTable(rows: readonly (readonly string[])[], left = 1): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const pad = (cell: string, column: number): string => (column < left ? cell.padEnd(widths[column]) : cell.padStart(widths[column]));
  return rows.map((row) => row.map(pad).join('  ').trimEnd());
}

/** `1.2e-13`, `0` where there is no error at all. */
export function formatError(error: number): string {
  return error === 0 ? '0' : error.toExponential(1);
}
