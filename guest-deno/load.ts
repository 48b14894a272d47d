/** Reads a plugin's module and tells the hub what it says of itself. */

import { takeRegistered } from "./registry.ts";

/** What the hub is told; `plugin` is checked there. */
export interface Loaded {
  plugin: Record<string, unknown>;
  hooks: Record<string, unknown>;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Import the plugin and read its default export, or what it registered.
 *
 * @throws {Error} It cannot be imported, exports nothing of use, or a hook is no function.
 */
export async function load(entry: string): Promise<Loaded> {
  const module = await import(entry);
  const plugin = module.default ?? takeRegistered();
  if (!isObject(plugin)) {
    throw new TypeError(
      "It exports no plugin: write `export default { id, version, permissions, hooks: {…} }`.",
    );
  }
  const hooks = plugin.hooks ?? {};
  if (!isObject(hooks)) throw new TypeError("`hooks` must be an object of functions.");
  for (const [name, handler] of Object.entries(hooks)) {
    if (typeof handler !== "function") throw new TypeError(`The hook '${name}' is no function.`);
  }
  return { plugin: describe(plugin), hooks };
}

function describe(plugin: Record<string, unknown>): Record<string, unknown> {
  const { hooks: _hooks, ...facts } = plugin;
  for (const [name, value] of Object.entries(facts)) {
    if (typeof value === "function") facts[name] = "[function]";
  }
  return facts;
}
