/** The dialog that changes a person: everything for an administrator, name and password for oneself. */

import { html, nothing } from "lit";
import { choiceField } from "../../components/choice.ts";
import { FormDialog } from "../../components/form_dialog.ts";
import { define } from "../../components/hub_element.ts";
import type { UserChange } from "../../data/api.ts";
import type { Role, User } from "../../data/types.ts";
import { toggle } from "../../styles/shared.ts";
import { ROLES } from "./create_person.ts";

/** Tags as written in one field: separated by commas, each once. */
export function readTags(text: string): string[] {
  const tags = text.split(",").map((tag) => tag.trim()).filter(Boolean);
  return [...new Set(tags)];
}

export class EditPerson extends FormDialog {
  static override properties = { ...FormDialog.properties, person: { attribute: false } };
  static override styles = [...FormDialog.styles, toggle];
  declare person: User;
  override readonly heading = "Edit person";
  override readonly action = "Save";

  override fields() {
    return html`
      <wa-input name="display_name" label="Display name" required maxlength="120"
        value=${this.person.display_name} autofocus autocomplete="off"></wa-input>
      <wa-input name="password" label="New password" type="password" minlength="8"
        hint="Left empty, the password stays as it is." autocomplete="new-password"></wa-input>
      ${this.hub.user.role === "admin" ? this.#adminFields() : nothing}
    `;
  }

  override submit(values: Record<string, string>): Promise<unknown> {
    const change: UserChange = { display_name: values.display_name?.trim() ?? "" };
    if (values.password) change.password = values.password;
    if (this.hub.user.role === "admin") this.#addAdminChange(change, values);
    return this.hub.api.users.change(this.person.id, change);
  }

  #adminFields() {
    const { person } = this;
    const self = person.id === this.hub.user.id;
    return html`
      <wa-input name="tags" label="Tags" value=${person.tags.join(", ")} autocomplete="off"
        hint="Separated by commas."></wa-input>
      ${choiceField({
        label: "Role",
        name: "role",
        value: person.role,
        options: ROLES,
        disabled: self,
      })}
      <label class="toggle">
        <input
          class="toggle"
          type="checkbox"
          role="switch"
          name="is_active"
          .checked=${person.is_active}
          ?disabled=${self}
        />
        May sign in
      </label>
    `;
  }

  #addAdminChange(change: UserChange, values: Record<string, string>): void {
    change.tags = readTags(values.tags ?? "");
    // Nobody locks themselves out: these two are not offered for oneself.
    if (this.person.id === this.hub.user.id) return;
    change.role = values.role as Role;
    change.is_active = "is_active" in values;
  }
}

define("edit-person", EditPerson);
