/** Enables, disables and reloads plugins, and knows which are on their way. */

import { html, type ReactiveController, type ReactiveControllerHost } from "lit";
import { live } from "lit/directives/live.js";
import type { HubConfirm } from "../../components/confirm.ts";
import type { Hub } from "../../context/hub.ts";
import { asApiError } from "../../data/error.ts";
import type { Plugin } from "../../data/types.ts";
import "./consent_dialog.ts";
import type { ConsentDialog, Order } from "./consent_dialog.ts";
import { disableQuestion, enableQuestion } from "./relations.ts";
import { isOn } from "./status.ts";

type Host = ReactiveControllerHost & { hub: Hub; renderRoot: ParentNode };

/** What is being done with a plugin: in a word, and where its switch goes meanwhile. */
interface Way {
  label: string;
  on?: boolean;
  /** Whether what it needs, or what needs it, goes with it. */
  others?: boolean;
}

export class Switching implements ReactiveController {
  readonly #host: Host;
  readonly #changed: (plugin: Plugin) => void;
  readonly #busy = new Map<string, Way>();

  constructor(host: Host, changed: (plugin: Plugin) => void) {
    this.#host = host;
    this.#changed = changed;
    host.addController(this);
  }

  hostConnected(): void {}

  /** The switch of a plugin; it shows where the plugin is going while it goes there. */
  render(plugin: Plugin) {
    const on = this.#busy.get(plugin.id)?.on ?? isOn(plugin);
    return html`
      <input
        class="toggle"
        type="checkbox"
        role="switch"
        aria-label="Enable ${plugin.name}"
        .checked=${live(on)}
        ?disabled=${this.isBusy(plugin)}
        @change=${(event: Event) => void this.#flip(plugin, event)}
      />
    `;
  }

  progress(plugin: Plugin): string {
    return this.#busy.get(plugin.id)?.label ?? "";
  }

  isBusy(plugin: Plugin): boolean {
    return this.#busy.has(plugin.id);
  }

  /** Change a plugin, show its new state, and say `done`; a refusal is said, too. */
  async run(plugin: Plugin, way: Way, work: () => Promise<Plugin>, done = ""): Promise<void> {
    const { hub } = this.#host;
    this.#mark(plugin.id, way);
    try {
      this.#changed(await work());
      if (done) hub.say(done, "good");
    } catch (thrown) {
      // What has no switch's way and needs consent is a reload.
      const to = way.on === undefined ? "reload" : "enable";
      const { code, where } = asApiError(thrown);
      const order = { to, others: way.others ?? false } as const;
      if (code === "consent_needed") await this.#askConsent(plugin, where, order);
      else hub.sayError(thrown);
    } finally {
      this.#mark(plugin.id, undefined);
    }
  }

  /** Ask for the consent that is wanting: of the plugin itself, or of one that it needs. */
  async #askConsent(plugin: Plugin, where: string, order: Order): Promise<void> {
    const dialog = this.#host.renderRoot.querySelector<ConsentDialog>("plugin-consent");
    try {
      const other = where !== "" && where !== plugin.id;
      await dialog?.ask(other ? await this.#host.hub.api.plugins.get(where) : plugin, order);
    } catch (thrown) {
      this.#host.hub.sayError(thrown);
    }
  }

  /** The dialog in which consent is typed; a page with a switch shows it once. */
  dialog() {
    return html`
      <plugin-consent
        .hub=${this.#host.hub}
        @created=${(event: CustomEvent<Plugin>) => this.#changed(event.detail)}
      ></plugin-consent>
    `;
  }

  async #flip(plugin: Plugin, event: Event): Promise<void> {
    const on = (event.target as HTMLInputElement).checked;
    const question = on ? enableQuestion(plugin) : disableQuestion(plugin);
    if (question) {
      const confirm = this.#host.renderRoot.querySelector<HubConfirm>("hub-confirm")!;
      const sure = await confirm.ask(question);
      // The switch stands where the click left it.
      if (!sure) return this.#host.requestUpdate();
    }
    const { plugins } = this.#host.hub.api;
    const others = question !== null;
    const way = { label: on ? "Enabling…" : "Disabling…", on, others };
    await this.run(plugin, way, () => plugins.setEnabled(plugin.id, on, others));
  }

  #mark(id: string, way: Way | undefined): void {
    if (way === undefined) this.#busy.delete(id);
    else this.#busy.set(id, way);
    this.#host.requestUpdate();
  }
}
