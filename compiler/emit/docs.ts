/** The comment above a derivative: what it computes, shapes, results, kinks, what the user says of f. */
import { describeMatrix } from './matrix-docs.ts';
import type { GradientEntry, Plan } from './signature.ts';
import { resultsOf } from './signature.ts';
import { isWholeTangent } from './tangents.ts';

const pageWidth = 128;

export function printDoc(plan: Plan, link: string): string[] {
  const { derived } = plan;
  const summary = [...whatItComputes(plan, link), ...kinksOf(derived.kinks)];
  const user = derived.of.doc === undefined ? [] : [withPeriod(escapeDoc(derived.of.doc))];
  const params = derived.of.signature.params.flatMap(({ name, doc }) => (doc === undefined ? [] : [`@param ${name} ${escapeDoc(doc)}`]));
  const lines = [...wrap(summary.join(' ')), ...user.flatMap(wrap), ...params];
  const only = lines[0] ?? '';
  if (lines.length === 1 && only.length <= pageWidth - 7) return [`/** ${only} */`];
  return ['/**', ...lines.map((line) => ` * ${line}`), ' */'];
}

function kinksOf(kinks: readonly string[]): string[] {
  return kinks.length === 0 ? [] : [`At kinks: ${kinks.map((kink) => kink.replace(/\.$/, '')).join('; ')}.`];
}

function whatItComputes(plan: Plan, link: string): string[] {
  const { gradients, out, derived } = plan;
  const inputs = listOf(gradients.map(describeInput));
  const isNumber = gradients.length === 1 && gradients[0]?.storage === undefined;
  const word = isNumber ? 'derivative' : 'gradient';
  const overwritten = out ? [`\`${out.variable.hints[0]}\`, if given, is overwritten and returned.`] : [];
  switch (derived.kind) {
    case 'grad':
      return [`${capitalizeSentence(word)} of ${link} with respect to ${inputs}.`, ...overwritten];
    case 'valueAndGrad':
      return [
        `Value of ${link} and its ${word} with respect to ${inputs}.`,
        ...(out ? [`\`${out.variable.hints[0]}\`, if given, receives the gradient.`] : []),
      ];
    case 'valueAndGradInto':
      return [`Value of ${link}; its gradient with respect to ${inputs} overwrites ${listOf(plan.buffers.map(nameOf))}.`];
    case 'vjp':
      return [`Vector-Jacobian product of ${link}: from ${seedsOf(plan)} to the gradient with respect to ${inputs}.`, ...overwritten];
    case 'pullback':
      return [
        `Value of ${link} and its pullback: from seeds (∂L/∂output) to the gradient with respect to ${inputs}.`,
        'It keeps what it needs, and may be called several times.',
      ];
    case 'hvp':
      return [
        `${productOf(link, plan)}: the derivative of its ${word} with respect to ${inputs} along ${listOf(plan.extra.map(nameOf))}.`,
        ...overwritten,
      ];
    case 'jacobian':
    case 'hessian':
      return [...describeMatrix(plan, link), ...overwritten];
    case 'jvp':
      return [`Value of ${link} and its derivative along ${listOf(plan.extra.map(nameOf))}.`];
    default:
      return [`${link}, written out.`];
  }
}

/** Of one number the Hessian is its second derivative. */
function productOf(link: string, { gradients }: Plan): string {
  const isNumber = gradients.length === 1 && gradients[0]?.storage === undefined;
  return `${isNumber ? 'Second derivative' : 'Hessian'} of ${link} times a direction`;
}

const nameOf = ({ variable }: { variable: { hints: readonly string[] } }): string => `\`${variable.hints[0]}\``;

/** Seeds are ∂L/∂ of what f returns and writes. */
function seedsOf(plan: Plan): string {
  const outputs = resultsOf(plan.derived, 'returned', 'written');
  return outputs.length === 0 || plan.extra.length === 1
    ? `${listOf(plan.extra.map(nameOf))} (∂L/∂output)`
    : listOf(plan.extra.map(nameOf));
}

function describeInput({ of, storage, shape }: GradientEntry): string {
  if (storage === undefined) return `\`${of.name}\``;
  return `\`${of.name}\` (${isWholeTangent(shape) ? 'shape' : 'differentiable fields'} of \`${of.name}\`)`;
}

function listOf(words: readonly string[]): string {
  if (words.length <= 2) return words.join(' and ');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

const capitalizeSentence = (sentence: string): string => sentence.slice(0, 1).toUpperCase() + sentence.slice(1);

const withPeriod = (sentence: string): string => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`);

/** Nothing that the user wrote may end the comment. */
function escapeDoc(words: string): string {
  // The user's links name things that this file does not import.
  const plain = words.replace(/\{@link(?:code|plain)?\s+([^}\s|]+)[^}]*\}/g, '`$1`');
  return plain.replace(/\*\//g, '*\\/').replace(/\s+/g, ' ').trim();
}

function wrap(paragraph: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ')) {
    if (line !== '' && line.length + word.length + 4 > pageWidth) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}
