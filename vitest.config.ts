import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^gradgen\/runtime$/, replacement: path('./runtime/index.ts') },
      { find: /^gradgen\/check$/, replacement: path('./runtime/check/index.ts') },
      { find: /^gradgen$/, replacement: path('./runtime/macros.ts') },
    ],
  },
  test: {
    pool: 'threads',
    maxWorkers: 2,
    include: ['{compiler,runtime,cli,loader,fixtures,bench,demo,examples}/**/*.test.ts'],
    testTimeout: 60_000,
  },
});
