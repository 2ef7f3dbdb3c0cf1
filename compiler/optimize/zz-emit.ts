export function emitFunctionBody(_: unknown) {}
