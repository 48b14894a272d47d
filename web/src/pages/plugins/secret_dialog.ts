/** The dialog that gives a sandboxed plugin's requests a secret. */

import { html } from "lit";
import { FormDialog } from "../../components/form_dialog.ts";
import { define } from "../../components/hub_element.ts";
import type { Plugin } from "../../data/types.ts";

export class SecretDialog extends FormDialog {
  static override properties = {
    ...FormDialog.properties,
    plugin: { attribute: false },
    hosts: { attribute: false },
  };
  declare plugin: Plugin;
  declare hosts: string[];

  override get heading(): string {
    return `A secret for ${this.plugin.name}`;
  }
  override get action(): string {
    return "Set secret";
  }

  override fields() {
    return html`
      <wa-input name="name" label="Name" required maxlength="64" autocomplete="off"
        hint="As the plugin calls it: key, where it writes {{secret:key}}."></wa-input>
      <wa-input name="value" type="password" label="Value" required minlength="8" maxlength="4096"
        password-toggle autocomplete="off"
        hint="The hub fills it in. Nobody, the plugin included, reads it again."></wa-input>
      <wa-input name="hosts" label="Only for these hosts" required autocomplete="off"
        value=${this.hosts.join(" ")} hint="With spaces between them."></wa-input>
    `;
  }

  override submit(values: Record<string, string>): Promise<unknown> {
    const hosts = (values["hosts"] ?? "").split(/[\s,]+/).filter(Boolean);
    const { name = "", value = "" } = values;
    return this.hub.api.plugins.setSecret(this.plugin.id, name.trim(), value, hosts);
  }
}

define("secret-dialog", SecretDialog);
