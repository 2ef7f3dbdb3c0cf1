import * as epidemic from './epidemic/fit.ts';
import * as film from './film/minimize.ts';
import * as peaks from './peaks/fit.ts';

export const examples = [
  { name: 'film, fmin', ...film },
  { name: 'epidemic, numeric', ...epidemic },
  { name: 'peaks, ml-levenberg-marquardt', ...peaks },
];
