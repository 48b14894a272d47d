/** Asks for the typed consent that a trusted plugin needs before its files run. */

import "@awesome.me/webawesome/dist/components/input/input.js";
import { css, html, nothing } from "lit";
import { FormDialog } from "../../components/form_dialog.ts";
import { define } from "../../components/hub_element.ts";
import type { Plugin, PluginAccess } from "../../data/types.ts";
import { pill } from "../../styles/shared.ts";
import { consentStyles, dangers, uses } from "./consent_text.ts";

/** What is done once there is consent; `others` lets what the plugin needs be enabled as well. */
export interface Order {
  readonly to: "enable" | "reload";
  readonly others: boolean;
}

export class ConsentDialog extends FormDialog {
  static override properties = { ...FormDialog.properties, access: { state: true } };
  static override styles = [
    ...FormDialog.styles,
    pill,
    consentStyles,
    css`
      wa-dialog {
        --width: min(680px, calc(100vw - 32px));
      }
      .stack {
        grid-template-columns: minmax(0, 1fr);
      }
    `,
  ];
  declare access: PluginAccess | null;
  #plugin: Plugin | null = null;
  #order: Order = { to: "enable", others: false };

  constructor() {
    super();
    this.access = null;
  }

  get heading(): string {
    return this.#plugin ? `Trust ${this.#plugin.name}?` : "";
  }

  get action(): string {
    return `Trust and ${this.#order.to}`;
  }

  /** Show what there is to agree to; what came of it is told as `created`. */
  async ask(plugin: Plugin, order: Order): Promise<void> {
    this.access = await this.hub.api.plugins.access(plugin.id);
    this.#plugin = plugin;
    this.#order = order;
    this.show();
  }

  fields() {
    if (!this.access) return html`${nothing}`;
    const { consent } = this.access;
    return html`
      ${dangers(consent)} ${uses(consent)}
      <div>
        <p class="small">With your consent it is granted:</p>
        <ul class="effects small">${consent.grants.map((one) =>
          html`<li>${one.title}: ${one.says}</li>`
        )}</ul>
      </div>
      <wa-input
        name="consent"
        label=${`Type exactly: ${consent.phrase}`}
        autocomplete="off"
        spellcheck="false"
        required
      ></wa-input>
    `;
  }

  submit(values: Record<string, string>): Promise<unknown> {
    const digest = this.access?.consent.digest ?? "";
    const { plugins } = this.hub.api;
    return plugins.agree(this.#plugin?.id ?? "", this.#order, values["consent"] ?? "", digest);
  }
}

define("plugin-consent", ConsentDialog);
