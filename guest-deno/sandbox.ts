/** `new PluginSandbox({…})`: a sandbox within the sandbox, for code that the plugin does not trust. */

import type { Plugin } from "./api.ts";
import { PlexiHubError } from "./errors.ts";
import { ObjectFreeze, seal } from "./primordials.ts";

/** What a sandbox may use; what is wider than the plugin's own is refused. */
export interface SandboxOptions {
  timeout?: number;
  memoryLimit?: number;
  networkIsolation?: boolean;
  fileSystemAccess?: boolean;
}

const ask = (method: string, params: object): Promise<unknown> =>
  // The fixed global: by the time that a plugin calls this, it is there.
  (globalThis as unknown as { plugin: Plugin }).plugin.api.call(method, params);

export class PluginSandbox {
  readonly #options: SandboxOptions;
  #id: number | undefined;

  constructor(options: SandboxOptions = {}) {
    if (options.networkIsolation === false || options.fileSystemAccess === true) {
      throw new PlexiHubError(
        "A sandbox has neither a network nor files.",
        "invalid_input",
        options.networkIsolation === false ? "networkIsolation" : "fileSystemAccess",
        "Leave the option out.",
      );
    }
    this.#options = ObjectFreeze({ ...options });
    ObjectFreeze(this);
  }

  async load(code: string): Promise<void> {
    await this.close();
    const made = await ask("sandbox.create", { ...this.#options, code });
    this.#id = (made as { id: number }).id;
  }

  call(hook: string, payload: object = {}): Promise<unknown> {
    if (this.#id === undefined) {
      throw new PlexiHubError("Nothing is loaded in this sandbox.", "conflict", "", "Call load.");
    }
    return ask("sandbox.call", { id: this.#id, hook, payload });
  }

  async run(code: string, hook: string, payload: object = {}): Promise<unknown> {
    await this.load(code);
    try {
      return await this.call(hook, payload);
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    const id = this.#id;
    if (id === undefined) return;
    this.#id = undefined;
    await ask("sandbox.close", { id });
  }
}

seal(PluginSandbox);
