/** `npm run opcount -- [--update]`: prints what differs from `bench/opcount.snap`, or writes it anew. Exit status 1 where it differs. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isSame, takeSnapshot } from './snapshot.ts';

const path = 'bench/opcount.snap';

function main(): void {
  const { values } = parseArgs({ options: { update: { type: 'boolean', default: false } } });
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const after = takeSnapshot(process.cwd());
  const same = before !== '' && isSame(before, after);
  if (!same) printDifference(before.split('\n'), after.split('\n'));
  if (values.update) writeFileSync(path, after);
  else if (!same) process.exitCode = 1;
  console.log(`${path} ${same ? 'is up to date' : values.update ? 'is rewritten' : 'differs: npm run opcount -- --update'}`);
}

/** Lines that only one of the two has. */
function printDifference(before: readonly string[], after: readonly string[]): void {
  for (const line of before) if (!after.includes(line)) console.log(`- ${line}`);
  for (const line of after) if (!before.includes(line)) console.log(`+ ${line}`);
}

main();
