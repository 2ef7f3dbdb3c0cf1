// As CommonJS that it is: an import would read its nine megabytes once more for the names that it exports, some 0.25 s of each start.
import { createRequire } from 'node:module';

export const { Project, ts } = createRequire(import.meta.url)('ts-morph');
