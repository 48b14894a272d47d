/** The dialog that changes a person: everything for who manages people, a little for oneself. */

import { html, nothing } from "lit";
import { FormDialog } from "../../components/form_dialog.ts";
import { define } from "../../components/hub_element.ts";
import type { UserChange } from "../../data/api.ts";
import type { PersonField, Scalar, User } from "../../data/types.ts";
import { toggle } from "../../styles/shared.ts";
import { RoleChoice } from "./role_choice.ts";

/** Names as written in one field: separated by commas, each once. */
export function readTags(text: string): string[] {
  const tags = text.split(",").map((tag) => tag.trim()).filter(Boolean);
  return [...new Set(tags)];
}

/** What stands in the control of a plugin's field; empty is no value. */
export function readField(field: PersonField, text: string | undefined): Scalar | null {
  if (field.type === "bool") return text !== undefined;
  if (!text?.trim()) return null;
  return field.type === "str" ? text : Number(text);
}

export class EditPerson extends FormDialog {
  static override properties = { ...FormDialog.properties, person: { attribute: false } };
  static override styles = [...FormDialog.styles, toggle];
  declare person: User;
  override readonly heading = "Edit person";
  override readonly action = "Save";
  readonly #roles = new RoleChoice(this);

  override show(): void {
    this.#roles.load();
    super.show();
  }

  override fields() {
    const { person } = this;
    return html`
      <wa-input name="display_name" label="Display name" required maxlength="120"
        value=${person.display_name} autofocus autocomplete="off"></wa-input>
      ${this.#editable().map(this.#control)}
      ${this.hub.acting === null ? this.#passwordFields() : nothing}
      ${this.#manages() ? this.#adminFields() : nothing}
    `;
  }

  override submit(values: Record<string, string>): Promise<unknown> {
    const change: UserChange = { display_name: values.display_name?.trim() ?? "" };
    if (values.password) {
      change.password = values.password;
      if (this.#isSelf()) change.current_password = values.current_password ?? "";
    }
    const fields = this.#editable();
    if (fields.length > 0) {
      const read = fields.map((field) => [field.name, readField(field, values[`x.${field.name}`])]);
      change.extensions = Object.fromEntries(read);
    }
    if (this.#manages()) this.#addAdminChange(change, values);
    return this.hub.api.users.change(this.person.id, change);
  }

  #isSelf(): boolean {
    return this.person.id === this.hub.user.id;
  }

  #manages(): boolean {
    return this.hub.may("admin:users");
  }

  #editable(): PersonField[] {
    return (this.person.fields ?? []).filter((field) => field.editable);
  }

  #control = (field: PersonField) => {
    const name = `x.${field.name}`;
    if (field.type === "bool") return toggleField(name, field.title, field.value === true);
    const number = field.type !== "str";
    return html`
      <wa-input name=${name} label=${field.title} value=${String(field.value ?? "")}
        type=${number ? "number" : "text"} step=${field.type === "int" ? "1" : "any"}
        maxlength=${number ? nothing : 2000} autocomplete="off"></wa-input>
    `;
  };

  #passwordFields() {
    const present = html`
      <wa-input name="current_password" label="Present password" type="password"
        hint="Only for a new password." autocomplete="current-password"></wa-input>
    `;
    return html`
      <wa-input name="password" label="New password" type="password" minlength="8"
        hint="Left empty, the password stays as it is." autocomplete="new-password"></wa-input>
      ${this.#isSelf() ? present : nothing}
    `;
  }

  #adminFields() {
    const { person } = this;
    const self = this.#isSelf();
    return html`
      <wa-input name="tags" label="Tags" value=${person.tags.join(", ")} autocomplete="off"
        hint="Separated by commas."></wa-input>
      ${this.#roles.field(person.role, self)}
      <wa-input name="permissions" label="Extra permissions" autocomplete="off"
        value=${(person.permissions ?? []).join(", ")}
        hint="Beyond the role, separated by commas."></wa-input>
      ${toggleField("is_active", "May sign in", person.is_active, self)}
    `;
  }

  #addAdminChange(change: UserChange, values: Record<string, string>): void {
    change.tags = readTags(values.tags ?? "");
    const permissions = readTags(values.permissions ?? "");
    if (String(permissions) !== String(this.person.permissions ?? [])) {
      change.permissions = permissions;
    }
    // Nobody locks themselves out: these two are not offered for oneself.
    if (this.#isSelf()) return;
    change.role = values.role ?? this.person.role;
    change.is_active = "is_active" in values;
  }
}

function toggleField(name: string, label: string, checked: boolean, disabled = false) {
  return html`
    <label class="toggle">
      <input
        class="toggle"
        type="checkbox"
        role="switch"
        name=${name}
        .checked=${checked}
        ?disabled=${disabled}
      />
      ${label}
    </label>
  `;
}

define("edit-person", EditPerson);
