#!/usr/bin/env node
import module from 'node:module';

// From Node 22.1 on, what was compiled for the last run is taken from a cache.
module.enableCompileCache?.();
const { main } = await import('../dist/cli/main.js');

// A reader that has seen enough (`gradgen … | head`) is no failure.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
});
process.exitCode = await main(process.argv.slice(2));
