import { describe, expect, it } from 'vitest';
import { closestTo, editDistance } from './distance.ts';
import { mayHaveMarks, mayHaveMessages } from './marks.ts';
import { wantsColors } from './terminal.ts';

describe('editDistance', () => {
  it('counts changes, additions, omissions and swaps', () => {
    const pairs: readonly [string, string, number][] = [
      ['grad', 'grad', 0],
      ['grad', 'gard', 1],
      ['grads', 'grad', 1],
      ['rad', 'grad', 1],
      ['', 'vjp', 3],
      ['param', 'grad', 3],
    ];
    for (const [from, to, distance] of pairs) expect([from, to, editDistance(from, to)]).toEqual([from, to, distance]);
    expect(closestTo('formt', ['force', 'format'])).toBe('format');
    expect(closestTo('quux', ['force', 'format'])).toBeUndefined();
  });
});

describe('marks', () => {
  it('are found in the text', () => {
    expect(mayHaveMarks('/** @grad x */')).toBe(true);
    expect(mayHaveMarks('@gradient @grade // @Grad')).toBe(false);
    expect(mayHaveMessages('/** @Grad */')).toBe(true);
    expect(mayHaveMessages('/** @gard */')).toBe(true);
    expect(mayHaveMessages('/** @param x @returns y @example z */')).toBe(false);
  });
});

describe('colors', () => {
  it('are for terminals without NO_COLOR', () => {
    expect(wantsColors(true, {})).toBe(true);
    expect(wantsColors(true, { NO_COLOR: '' })).toBe(true);
    expect(wantsColors(true, { NO_COLOR: '1' })).toBe(false);
    expect(wantsColors(true, { TERM: 'dumb' })).toBe(false);
    expect(wantsColors(false, {})).toBe(false);
  });
});
