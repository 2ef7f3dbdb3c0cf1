#!/usr/bin/env node
import { main } from '../dist/cli/main.js';

// A reader that has seen enough (`gradgen … | head`) is no failure.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
});
process.exitCode = await main(process.argv.slice(2));
