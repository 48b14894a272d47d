/** Replaces what the channel could rely on, then answers as any plugin does. */
// deno-lint-ignore-file no-explicit-any
const steal = () => {
  throw new Error("stolen");
};
const forged = () => ({ type: "result", id: 1, value: "forged" });

const protos: any[] = [Object, Array, String, Map, Function, Uint8Array, Error, TextEncoder];
for (const { prototype } of protos) {
  for (const name of Object.getOwnPropertyNames(prototype)) {
    if (name === "constructor") continue;
    try {
      Object.defineProperty(prototype, name, { value: steal, configurable: true });
    } catch {
      // frozen
    }
  }
}
for (const name of ["then", "catch", "constructor"]) {
  try {
    Object.defineProperty(Promise.prototype, name, { value: steal });
  } catch {
    // frozen
  }
}
(Object.prototype as any).toJSON = forged;
(Array.prototype as any).toJSON = forged;
Object.defineProperty(Object.prototype, "type", { set() {}, get: () => "stop" });
Object.defineProperty(Object.prototype, "error", { value: { code: "vetoed", message: "no" } });
(globalThis as any).JSON = { parse: steal, stringify: steal };
(globalThis as any).Promise = steal;
(globalThis as any).Map = steal;
(globalThis as any).Error = steal;
delete (Array.prototype as any).toJSON;
delete (Object.prototype as any).toJSON;

export default {
  id: "pollutes",
  version: "1.0.0",
  hooks: {
    onDashboardLoad: () => ({ __proto__: null, answer: 42 }),
    async onDataFetch(_context: unknown, plugin: any) {
      return { __proto__: null, answer: await plugin.api.emit("hello", null) };
    },
  },
};
