/** `--print-ir after=PASS`: the intermediate form of every function after one pass, or after all. */
import type { CompileStep } from '../compiler/options.ts';
import { type CliArguments, UsageError } from './arguments.ts';
import { compileGroups, type LoadCompile } from './compile-groups.ts';
import type { SourceGroup } from './projects.ts';
import { type ExitStatus, report } from './report.ts';
import type { Terminal } from './terminal.ts';

export async function printIr(
  pass: string,
  groups: readonly SourceGroup[],
  args: CliArguments,
  terminal: Terminal,
  load: LoadCompile,
): Promise<ExitStatus> {
  const passes = new Set<string>();
  const onStep = (step: CompileStep) => {
    passes.add(step.pass);
    if (pass === 'all' || pass === step.pass) terminal.out(`=== after ${step.pass}: ${step.functionName}\n${step.print().trimEnd()}\n\n`);
  };
  const { diagnostics } = await compileGroups(groups, terminal.cwd, { onStep }, load);
  if (passes.size > 0 && pass !== 'all' && !passes.has(pass)) throw new UsageError(unknownPass(pass, passes));
  const outcome = { diagnostics, deliveries: [], scanned: groups.reduce((sum, group) => sum + group.files.length, 0), fresh: 0 };
  return diagnostics.length > 0 || passes.size === 0 ? report(outcome, args.format, args.strict, terminal) : 0;
}

function unknownPass(pass: string, passes: ReadonlySet<string>): string {
  return `there is no pass '${pass}'; those that ran are ${[...passes].join(', ')}`;
}
