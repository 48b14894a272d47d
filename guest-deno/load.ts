/** Reads a plugin's module and tells the hub what it says of itself. */

import { imported } from "./imported.ts";
import { type Check, makeCheck } from "./inputs.ts";
import { ArrayIsArray, ObjectCreate, ObjectKeys } from "./primordials.ts";
import { takeRegistered } from "./registry.ts";

/** What the hub is told; `plugin` is checked there. */
export interface Loaded {
  plugin: Record<string, unknown>;
  hooks: Record<string, unknown>;
  /** Refuses what does not have the form of `pluginInputSchema`; undefined where it has none. */
  check: Check | undefined;
}

const SCHEMA = "pluginInputSchema";

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !ArrayIsArray(value);

/**
 * Import the plugin and read its default export, or what it registered.
 *
 * @throws {Error} It cannot be imported, exports nothing of use, or a hook is no function.
 */
export async function load(entry: string): Promise<Loaded> {
  const module = await imported(entry);
  const registered = takeRegistered() as Record<string, unknown> | null;
  const plugin = module.default ?? registered;
  if (!isObject(plugin)) {
    throw new TypeError(
      "It exports no plugin: write `export default { id, version, permissions, hooks: {…} }`.",
    );
  }
  const hooks = plugin.hooks ?? {};
  if (!isObject(hooks)) throw new TypeError("`hooks` must be an object of functions.");
  const names = ObjectKeys(hooks);
  for (let index = 0; index < names.length; index++) {
    const name = names[index]!;
    if (typeof hooks[name] !== "function") {
      throw new TypeError(`The hook '${name}' is no function.`);
    }
  }
  const schema = module[SCHEMA] ?? plugin[SCHEMA];
  const check = schema === undefined ? undefined : makeCheck(schema);
  // What it registered counts beside a default export that has its hooks.
  const facts = registered === null ? {} : describe(registered);
  return { plugin: { __proto__: null, ...facts, ...describe(plugin) }, hooks, check };
}

/** What it says of itself, without hooks and schema; a function where none belongs is named as such. */
function describe(plugin: Record<string, unknown>): Record<string, unknown> {
  const facts = ObjectCreate(null) as Record<string, unknown>;
  const names = ObjectKeys(plugin);
  for (let index = 0; index < names.length; index++) {
    const name = names[index]!;
    const value = plugin[name];
    if (name !== "hooks" && name !== SCHEMA) {
      facts[name] = typeof value === "function" ? "[function]" : value;
    }
  }
  return facts;
}
