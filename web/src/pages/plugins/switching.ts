/** Enables and disables plugins, and knows which are on their way. */

import { html, type ReactiveController, type ReactiveControllerHost } from "lit";
import { live } from "lit/directives/live.js";
import type { Hub } from "../../context/hub.ts";
import type { Plugin } from "../../data/types.ts";
import { isOn } from "./status.ts";

type Host = ReactiveControllerHost & { hub: Hub };

export class Switching implements ReactiveController {
  readonly #host: Host;
  readonly #changed: (plugin: Plugin) => void;
  readonly #busy = new Map<string, boolean>();

  constructor(host: Host, changed: (plugin: Plugin) => void) {
    this.#host = host;
    this.#changed = changed;
    host.addController(this);
  }

  hostConnected(): void {}

  /** The switch of a plugin; it shows where the plugin is going while it goes there. */
  render(plugin: Plugin) {
    const target = this.#busy.get(plugin.id);
    const on = target ?? isOn(plugin);
    return html`
      <input
        class="toggle"
        type="checkbox"
        role="switch"
        aria-label="Enable ${plugin.name}"
        .checked=${live(on)}
        ?disabled=${target !== undefined}
        @change=${(event: Event) => void this.#flip(plugin, event)}
      />
    `;
  }

  progress(plugin: Plugin): string {
    const target = this.#busy.get(plugin.id);
    if (target === undefined) return "";
    return target ? "Enabling…" : "Disabling…";
  }

  async #flip(plugin: Plugin, event: Event): Promise<void> {
    const enabled = (event.target as HTMLInputElement).checked;
    const { hub } = this.#host;
    this.#mark(plugin.id, enabled);
    try {
      this.#changed(await hub.api.plugins.setEnabled(plugin.id, enabled));
    } catch (thrown) {
      hub.sayError(thrown);
    } finally {
      this.#mark(plugin.id, undefined);
    }
  }

  #mark(id: string, target: boolean | undefined): void {
    if (target === undefined) this.#busy.delete(id);
    else this.#busy.set(id, target);
    this.#host.requestUpdate();
  }
}
