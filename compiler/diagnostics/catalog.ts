/** Every message that gradgen can give about a user's code, by name. Codes are stable: GG1xxx marks, GG2xxx language, GG3xxx types. */
import { fenceMessages } from './catalog/fence.ts';
import { macroMessages } from './catalog/macros.ts';
import { markMessages } from './catalog/marks.ts';
import { typeMessages } from './catalog/types.ts';

export const messages = { ...markMessages, ...fenceMessages, ...macroMessages, ...typeMessages } as const;

/** All codes, in order. */
export const catalogCodes: readonly string[] = Object.values(messages)
  .map((message) => message.code)
  .sort();

/** Found after lowering, when calls are inlined. */
export const { tooLarge } = messages;
