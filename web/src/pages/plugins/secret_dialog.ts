/** The dialog that sets a secret, or puts another in its place. */

import { html } from "lit";
import { FormDialog } from "../../components/form_dialog.ts";
import { define } from "../../components/hub_element.ts";
import type { Plugin, PluginSecret } from "../../data/types.ts";

export class SecretDialog extends FormDialog {
  static override properties = { ...FormDialog.properties, plugin: { attribute: false } };
  declare plugin: Plugin;
  #one: PluginSecret | null = null;

  override get heading(): string {
    return this.#one ? `Replace ${this.#one.name}` : `A secret for ${this.plugin.name}`;
  }
  override get action(): string {
    return "Set";
  }

  /** Ask for a new secret, or for another value and other hosts of one that there is. */
  set(one: PluginSecret | null): void {
    this.#one = one;
    this.show();
  }

  override fields() {
    const one = this.#one;
    return html`
      <wa-input name="name" label="Name" placeholder="weather" value=${one?.name ?? ""}
        hint="As its requests call it." ?readonly=${one !== null}
        autocomplete="off" spellcheck="false" required></wa-input>
      <wa-input name="value" label="Value" type="password"
        hint="8 characters at least. It is sealed, and shown to nobody."
        autocomplete="off" required></wa-input>
      <wa-input name="hosts" label="Hosts" placeholder="api.example.com"
        value=${one?.hosts.join(", ") ?? ""}
        hint="It goes to these alone; commas between them."
        autocomplete="off" spellcheck="false" required></wa-input>
    `;
  }

  override submit(values: Record<string, string>): Promise<unknown> {
    const hosts = (values["hosts"] ?? "").split(/[\s,]+/).filter((host) => host !== "");
    return this.hub.api.plugins.setSecret(
      this.plugin.id,
      (values["name"] ?? "").trim(),
      values["value"] ?? "",
      hosts,
    );
  }
}

define("secret-dialog", SecretDialog);
