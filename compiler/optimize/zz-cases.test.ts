import { it } from 'vitest';
import { readCases } from '../../fixtures/proof/case-folder.ts';
import { judgeCase } from '../../fixtures/proof/judge.ts';
it('numbers', () => {
  let n = 0;
  for (const found of readCases()) {
    n++;
    try {
      const { failures } = judgeCase(found);
      if (failures.length > 0) console.log(found.name, JSON.stringify(failures).slice(0, 400));
    } catch (error) { console.log(found.name, 'THROWS', String(error).slice(0, 300)); }
  }
  console.log(n, 'cases');
}, 500000);
