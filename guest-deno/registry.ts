/** What `@/lib/extensibility/pluginRegistry` is inside the sandbox: a plugin registers itself. */

let registered: object | null = null;

export const pluginRegistry = Object.freeze({
  /**
   * Say what the plugin is; the same fields as the default export.
   *
   * @throws {TypeError} It is no object, or something was registered before.
   */
  register(plugin: object): void {
    if (typeof plugin !== "object" || plugin === null) {
      throw new TypeError(
        "pluginRegistry.register takes an object such as { id, version, hooks }.",
      );
    }
    if (registered !== null) throw new TypeError("A plugin registers itself once.");
    registered = plugin;
  },
});

/** Answer what was registered; null where nothing was. */
export function takeRegistered(): object | null {
  return registered;
}
