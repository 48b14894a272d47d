export const now = () => globalThis.performance?.now() ?? Date.now();
export const copy = <T>(value: T): T => globalThis.structuredClone(value);
