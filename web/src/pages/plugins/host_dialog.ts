/** The dialog that decides about a host before a plugin asks for it. */

import { html } from "lit";
import { choiceField } from "../../components/choice.ts";
import { FormDialog } from "../../components/form_dialog.ts";
import { define } from "../../components/hub_element.ts";
import type { HostDecision, Plugin } from "../../data/types.ts";

export class HostDialog extends FormDialog {
  static override properties = { ...FormDialog.properties, plugin: { attribute: false } };
  declare plugin: Plugin;

  override get heading(): string {
    return `A host for ${this.plugin.name}`;
  }
  override get action(): string {
    return "Save";
  }

  override fields() {
    return html`
      <wa-input name="host" label="Host" placeholder="api.example.com"
        hint="*.example.org means all below it; a port goes behind a colon."
        autocomplete="off" spellcheck="false" required autofocus></wa-input>
      ${choiceField({
        label: "Decision",
        name: "decision",
        value: "allow",
        options: [["allow", "Allow"], ["once", "Allow once"], ["refuse", "Refuse"]],
      })}
    `;
  }

  override submit(values: Record<string, string>): Promise<unknown> {
    const decision = (values["decision"] ?? "allow") as HostDecision;
    return this.hub.api.plugins.decideHost(
      this.plugin.id,
      (values["host"] ?? "").trim(),
      decision,
    );
  }
}

define("host-dialog", HostDialog);
