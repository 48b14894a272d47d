/** The dialog that makes a role or changes one: its title, and a tick for each permission. */

import { css, html, nothing } from "lit";
import { FormDialog } from "../../components/form_dialog.ts";
import { define } from "../../components/hub_element.ts";
import type { Permission, RoleInfo } from "../../data/types.ts";

export class RoleDialog extends FormDialog {
  static override properties = {
    ...FormDialog.properties,
    edited: { attribute: false },
    known: { attribute: false },
  };
  static override styles = [
    ...FormDialog.styles,
    css`
      fieldset {
        display: grid;
        gap: 10px;
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend {
        padding: 0 0 8px;
        font-weight: 500;
      }
      fieldset label {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 2px 10px;
        align-items: baseline;
      }
      fieldset label span {
        grid-column: 2;
      }
    `,
  ];
  /** The role to be changed; null to make one. */
  declare edited: RoleInfo | null;
  declare known: Permission[];

  override get heading(): string {
    return this.edited ? `Role ${this.edited.title}` : "New role";
  }
  override get action(): string {
    return this.edited ? "Save" : "Create role";
  }

  override fields() {
    const role = this.edited;
    const name = html`
      <wa-input name="name" label="Name" required maxlength="16" pattern="[a-z][a-z0-9\\-]+" autofocus
        hint="2 to 16 small letters, digits or hyphens." autocomplete="off" autocapitalize="off"
        spellcheck="false"></wa-input>
    `;
    return html`
      ${role ? nothing : name}
      <wa-input name="title" label="Title" maxlength="80" value=${role?.title ?? ""}
        autocomplete="off"></wa-input>
      ${role?.name === "admin" ? nothing : this.#permissions()}
    `;
  }

  #permissions() {
    return html`
      <fieldset>
        <legend>May</legend>
        ${this.#all().map((one) =>
          html`
            <label>
              <input
                type="checkbox"
                name="p.${one.name}"
                .checked=${this.edited?.permissions.includes(one.name) ?? false}
                ?disabled=${!this.hub.may(one.name)}
              />
              <code>${one.name}</code>
              <span class="quiet small">${one.says}</span>
            </label>
          `
        )}
      </fieldset>
    `;
  }

  /** The hub's own permissions, and those of plugins that the role has. */
  #all(): Pick<Permission, "name" | "says">[] {
    const names = new Set(this.known.map((one) => one.name));
    const others = (this.edited?.permissions ?? []).filter((name) => !names.has(name));
    return [...this.known, ...others.map((name) => ({ name, says: "Of a plugin." }))];
  }

  override submit(values: Record<string, string>): Promise<unknown> {
    const permissions = this.#all().map((one) => one.name).filter((name) => `p.${name}` in values);
    const title = values.title?.trim() || (this.edited?.name ?? values.name ?? "");
    const { roles } = this.hub.api;
    if (!this.edited) return roles.create({ name: values.name?.trim() ?? "", title, permissions });
    const change = this.edited.name === "admin" ? { title } : { title, permissions };
    return roles.change(this.edited.name, change);
  }
}

define("role-dialog", RoleDialog);
