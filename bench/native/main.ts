/**
 * `npm run native`: time of the functions themselves under V8 ÷ that of the same algorithms in C++ (g++ -O3 -march=native, and the
 * same without vector instructions, which V8 does not use), for those whose native times the field publishes. Needs g++.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { cases } from '../cases.ts';
import type { BenchCase } from '../contenders.ts';
import { largeCases } from '../large-cases.ts';

const source = 'bench/native/programs.cpp';

function nativeTimes(...flags: readonly string[]): ReadonlyMap<string, number> {
  const folder = mkdtempSync(join(tmpdir(), 'gradgen-native-'));
  try {
    const program = join(folder, 'programs');
    execFileSync('g++', ['-O3', '-march=native', '-std=c++17', ...flags, '-o', program, source], { stdio: 'inherit' });
    const lines = execFileSync(program, { encoding: 'utf8' }).trim().split('\n');
    return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Nanoseconds of a call: the median of 15 rounds, after two that V8 may warm up in. */
function timeOf(call: () => unknown): number {
  call();
  const start = performance.now();
  call();
  const repeats = Math.max(1, Math.floor(20 / (performance.now() - start)));
  const times = Array.from({ length: 17 }, () => {
    const before = performance.now();
    for (let i = 0; i < repeats; i++) call();
    return ((performance.now() - before) * 1e6) / repeats;
  });
  return times.slice(2).sort((a, b) => a - b)[7] ?? Number.NaN;
}

async function main(): Promise<void> {
  const native = nativeTimes();
  const scalar = nativeTimes('-fno-tree-vectorize');
  const found = new Map<string, BenchCase>([...cases, ...largeCases].map((entry) => [`${entry.name}/${entry.size}`, entry]));
  process.stdout.write(`Node ${process.version}; milliseconds of the function itself; of the same in C++; ratio; without vectors\n`);
  for (const [name, time] of native) {
    const entry = found.get(name);
    if (!entry) throw new Error(`no case '${name}'; known are ${[...found.keys()].join('; ')}`);
    const own = timeOf((await entry.prepare()).own);
    const [times, ratios] = [
      [own / 1e6, time / 1e6],
      [own / time, own / (scalar.get(name) ?? Number.NaN)],
    ];
    const figures = [...times.map((each) => each.toPrecision(3).padStart(8)), ...ratios.map((each) => each.toFixed(2).padStart(6))].join(
      ' ',
    );
    process.stdout.write(`${name.padEnd(40)} ${figures}\n`);
  }
}

await main();
