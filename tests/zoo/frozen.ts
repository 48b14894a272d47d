/** Freezes what the channel and every other module share. */
for (const name of ["Object", "Array", "Map", "Promise", "Uint8Array", "Function"]) {
  // deno-lint-ignore no-explicit-any
  const shared = (globalThis as any)[name];
  Object.freeze(shared);
  Object.freeze(shared.prototype);
}
Object.freeze(globalThis);

export default {
  id: "frozen",
  version: "1.0.0",
  hooks: { onDashboardLoad: () => ({ answer: 42 }) },
};
