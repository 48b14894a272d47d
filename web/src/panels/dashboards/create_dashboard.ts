/** The dialog that makes a dashboard. */

import { html } from "lit";
import { FormDialog } from "../../components/form_dialog.ts";
import { define } from "../../components/hub_element.ts";

export class CreateDashboard extends FormDialog {
  override readonly heading = "New dashboard";
  override readonly action = "Create dashboard";

  override fields() {
    return html`
      <wa-input name="title" label="Title" required maxlength="120" autofocus
        autocomplete="off"></wa-input>
    `;
  }

  override submit(values: Record<string, string>): Promise<unknown> {
    return this.hub.api.dashboards.create(values.title?.trim() ?? "");
  }
}

define("create-dashboard", CreateDashboard);
