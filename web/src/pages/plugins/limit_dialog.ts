/** The dialog that allows one plugin more or less than the others. */

import { html } from "lit";
import { FormDialog } from "../../components/form_dialog.ts";
import { define } from "../../components/hub_element.ts";
import type { Plugin, PluginLimit } from "../../data/types.ts";

export class LimitDialog extends FormDialog {
  static override properties = {
    ...FormDialog.properties,
    plugin: { attribute: false },
    limits: { attribute: false },
  };
  declare plugin: Plugin;
  declare limits: PluginLimit[];

  override get heading(): string {
    return `Limits of ${this.plugin.name}`;
  }
  override get action(): string {
    return "Save";
  }

  override fields() {
    return html`
      <p class="quiet small">An empty field leaves it to the limit of all.</p>
      ${this.#changeable().map((one) =>
        html`
          <wa-input name=${one.name} type="number" label="${one.title} (${one.unit})"
            min=${one.minimum} max=${one.maximum} step="any" placeholder=${String(one.default)}
            value=${one.override === null ? "" : String(one.override)}
            hint="${one.minimum} to ${one.maximum}; acts ${one.acts}."
            autocomplete="off"></wa-input>
        `
      )}
    `;
  }

  #changeable(): PluginLimit[] {
    return this.limits.filter((one) => one.acts !== "never");
  }

  override submit(values: Record<string, string>): Promise<unknown> {
    const wanted = this.#changeable().map((one) => {
      const text = (values[one.name] ?? "").trim();
      return [one.name, text === "" ? null : Number(text)] as const;
    });
    const changed = wanted.filter(([name, value]) =>
      this.limits.find((one) => one.name === name)!.override !== value
    );
    return this.hub.api.plugins.setLimits(this.plugin.id, Object.fromEntries(changed));
  }
}

define("limit-dialog", LimitDialog);
