/** `bench/opcount.snap`: what each gradient executes, keeps and takes up, in columns that a review can read. */
import type { StructuredValue } from '../../compiler/ir/interpret.ts';
import type { IrFunction, IrProgram } from '../../compiler/ir/types.ts';
import { formatTable } from '../../demo/table.ts';
import { numbersIn } from '../../fixtures/programs/values.ts';
import { bytecodeOf, nodeMajor } from './bytecode.ts';
import { type Counts, countOperations, operationsIn } from './count.ts';
import { compileGradients, type GradientFunction, type Gradients } from './gradients.ts';
import { type Subject, subjects } from './subjects.ts';

/** The last column is the one that depends on V8. */
const heading = ['program', 'function', 'input', 'arithmetic', 'Math', 'loads', 'stores', 'all', 'ratio', 'recorded', 'lines', 'bytecode'];

const preamble = [
  '# Of one call at the input: operations, as the interpreter counts them, of the function as written and of its gradients as generated;',
  '# all of them, and their ratio to the function; bytes recorded for the reverse sweep. Of the generated text: lines of code without',
  `# comments, and bytes of bytecode (Node ${nodeMajor}). Functions that gradients share are counted where they are called.`,
  '# npm run opcount -- --update',
];

/** The text of the snapshot for the compiler as it is. */
export function takeSnapshot(root: string): string {
  const modules = compileGradients(root, [...new Set(subjects.map(({ file }) => file))]);
  const bytecode = bytecodeOf(modules.map(({ script }) => script));
  const rows = subjects.flatMap((subject) => {
    const at = modules.findIndex(({ file }) => file === subject.file);
    return rowsOf(subject, modules[at], bytecode[at]);
  });
  return [...preamble, '', ...formatTable([heading, ...rows], 3), ''].join('\n');
}

/** Is a snapshot up to date? The bytecode counts where both are of one Node. */
export function isSame(before: string, after: string): boolean {
  const nodeOf = (snapshot: string): string | undefined => /\(Node (\d+)\)/.exec(snapshot)?.[1];
  return nodeOf(before) === nodeOf(after) ? before === after : withoutBytecode(before) === withoutBytecode(after);
}

function withoutBytecode(snapshot: string): string {
  const [comments, table] = snapshot.split('\n\n');
  const width = table.indexOf('bytecode');
  const lines = table.split('\n').map((line) => line.slice(0, width).trimEnd());
  return [comments.replace(/\(Node \d+\)/, ''), ...lines].join('\n');
}

/** The function, then its gradients and what they share. */
function rowsOf(
  { file, primal, input, args }: Subject,
  { marked, functions }: Gradients,
  bytecode: ReadonlyMap<string, number>,
): string[][] {
  const own = marked.find(({ name }) => name === primal.name);
  if (!own) throw new Error(`${file} has no function ${primal.name} with @grad`);
  const value = primal(...(args as never[]));
  const ofPrimal = countAt(own.program, args, value);
  const program = file.replace('fixtures/programs/', '').replace('bench/', '');
  const gradientRow = ({ name, lines, derived }: GradientFunction): string[] => {
    const counts = derived && countAt(derived.ir, args, derived.kind === 'grad' ? undefined : value);
    return [program, name, '', ...gradientCells(counts, operationsIn(ofPrimal)), `${lines}`, `${bytecode.get(name)}`];
  };
  return [
    [program, own.name, input, ...countCells(ofPrimal), '', '', '', ''],
    ...functions.filter(({ of }) => of === own).map(gradientRow),
  ];
}

function gradientCells(counts: Counts | undefined, ofPrimal: number): string[] {
  if (!counts) return new Array(7).fill('');
  return [...countCells(counts), (operationsIn(counts) / ofPrimal).toFixed(2), `${counts.recordedBytes}`];
}

function countCells(counts: Counts): string[] {
  return [counts.arithmetic, counts.math, counts.loads, counts.stores, operationsIn(counts)].map(String);
}

/** A count is worth nothing where the interpreter computes something else than the function did. */
function countAt(subject: IrProgram | IrFunction, args: readonly unknown[], value: number | undefined): Counts {
  const { results, counts } = countOperations(subject, args as readonly StructuredValue[]);
  if (value !== undefined && results[0] !== value) throw new Error(`the interpreter gives ${String(results[0])}, not ${value}`);
  if (!numbersIn(results).every(Number.isFinite)) throw new Error('a result is not finite');
  return counts;
}
