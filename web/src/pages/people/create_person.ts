/** The dialog that makes a person. */

import { html } from "lit";
import { FormDialog } from "../../components/form_dialog.ts";
import { define } from "../../components/hub_element.ts";
import { RoleChoice } from "./role_choice.ts";

export class CreatePerson extends FormDialog {
  override readonly heading = "New person";
  override readonly action = "Create person";
  readonly #roles = new RoleChoice(this);

  override show(): void {
    this.#roles.load();
    super.show();
  }

  override fields() {
    return html`
      <wa-input name="username" label="Username" required maxlength="64" autofocus
        autocomplete="off" autocapitalize="off" spellcheck="false"></wa-input>
      <wa-input name="display_name" label="Display name" maxlength="120"
        hint="As the others see it. Left empty, the username stands in." autocomplete="off"></wa-input>
      <wa-input name="password" label="Password" type="password" required minlength="8"
        autocomplete="new-password"></wa-input>
      ${this.#roles.field("member")}
    `;
  }

  override submit(values: Record<string, string>): Promise<unknown> {
    const username = values.username?.trim() ?? "";
    return this.hub.api.users.create({
      username,
      display_name: values.display_name?.trim() || username,
      password: values.password ?? "",
      role: values.role || "member",
    });
  }
}

define("create-person", CreatePerson);
