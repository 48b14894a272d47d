/** Tries every way out that is known, and reports what it got hold of. */
// deno-lint-ignore-file no-explicit-any
const found: Record<string, string> = {};
const scope = globalThis as any;

async function attempt(name: string, way: () => unknown): Promise<void> {
  try {
    const got = await way();
    if (got !== undefined && got !== null) found[name] = String(got).slice(0, 200);
  } catch {
    // kept out
  }
}

const GLOBALS = [
  ...["Deno", "WebSocket", "Worker", "EventSource", "BroadcastChannel", "localStorage"],
  ...["sessionStorage", "caches", "process", "Buffer", "global", "window", "navigator", "require"],
  ...["alert", "confirm", "prompt", "close", "MessageChannel", "Request", "reportError", "WebGPU"],
  ...["WebTransport", "Window", "MessagePort", "SharedWorker", "location", "GPU", "setImmediate"],
];

const IMPORTS = [
  ...["node:fs", "fs", "node:net", "net", "node:child_process", "child_process", "node:module"],
  ...["node:process", "process", "node:worker_threads", "node:vm", "vm", "node:fs/promises"],
  ...["fs/promises", "https://example.com/x.js", "npm:left-pad", "jsr:@std/path", "node:sqlite"],
  ...["node:inspector", "node:wasi", "node:test", "sqlite", "test", "ext:core/mod.js", "node:v8"],
];

export default {
  id: "escapes",
  version: "1.0.0",
  hooks: {
    async onDashboardLoad({ secret, sibling }: { secret: string; sibling: string }) {
      for (const name of GLOBALS) {
        await attempt(`global ${name}`, () => scope[name]);
        await attempt(`function ${name}`, () => new Function(`return ${name}`)());
        await attempt(`eval ${name}`, () => (0, eval)(name));
      }
      for (const name of IMPORTS) await attempt(`import ${name}`, () => import(name));
      await attempt("import nested", () => import("data:text/javascript,export * from 'node:fs'"));
      for (const type of ["text", "json", "bytes"]) {
        for (const file of [secret, sibling, "file:///etc/hostname"]) {
          await attempt(`${type} ${file}`, () => import(file, { with: { type } } as any));
        }
      }
      for (const file of [secret, sibling, "../secret.ts"]) {
        await attempt(`import ${file}`, () => import(file));
      }
      await attempt("stack", () => {
        let leaked: unknown;
        (Error as any).prepareStackTrace = (_error: unknown, sites: any[]) => {
          for (const site of sites) leaked ??= site.getThis() ?? site.getFunction();
        };
        new Error("look").stack;
        return leaked === globalThis ? undefined : leaked;
      });
      await attempt("wasm", async () => {
        const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
        const { exports } = await WebAssembly.instantiate(await WebAssembly.compile(bytes), {});
        return Object.keys(exports).length > 0 ? exports : undefined;
      });
      return found;
    },
  },
};
