/** The dialogs that name a dashboard, and that make or change a widget. */

import "@awesome.me/webawesome/dist/components/textarea/textarea.js";
import { html, nothing } from "lit";
import { choiceField } from "../../components/choice.ts";
import { FormDialog } from "../../components/form_dialog.ts";
import { define } from "../../components/hub_element.ts";
import type { Dashboard, Widget } from "../../data/types.ts";
import { hintOf, KINDS, readContent, writeContent } from "./content.ts";
import { widgetTitle } from "./kit.ts";

export class RenameDashboard extends FormDialog {
  override readonly heading = "Rename dashboard";
  override readonly action = "Save";
  #board: Dashboard | null = null;

  edit(board: Dashboard): void {
    this.#board = board;
    this.show();
  }

  override fields() {
    return html`
      <wa-input name="title" label="Title" required maxlength="80" autofocus autocomplete="off"
        value=${this.#board?.title ?? ""}></wa-input>
    `;
  }

  override submit(values: Record<string, string>): Promise<unknown> {
    return this.hub.api.dashboards.rename(this.#board!.id, values.title?.trim() ?? "");
  }
}

export class EditWidget extends FormDialog {
  static override properties = { ...FormDialog.properties, component: { state: true } };
  declare component: string;
  #board = "";
  #widget: Widget | null = null;

  constructor() {
    super();
    this.component = "Text";
  }

  get heading(): string {
    return this.#widget ? "Change widget" : "Add widget";
  }

  get action(): string {
    return this.#widget ? "Save" : "Add";
  }

  edit(board: string, widget: Widget | null): void {
    this.#board = board;
    this.#widget = widget;
    this.component = widget?.component ?? "Text";
    this.show();
  }

  override fields() {
    const widget = this.#widget;
    return html`
      ${widget ? nothing : choiceField({
        label: "Kind",
        name: "component",
        value: this.component,
        options: KINDS.map(({ component, label }) => [component, label] as const),
        onChange: (value) => this.component = value,
      })}
      <wa-input name="title" label="Title" required maxlength="80" autocomplete="off"
        ?autofocus=${widget !== null}
        value=${widget ? widgetTitle(widget) : ""}></wa-input>
      ${widget && !widget.own ? nothing : html`
        <wa-textarea name="content" label="Content" hint=${hintOf(this.component)} rows="5"
          maxlength="8000" required
          value=${widget ? writeContent(widget.component, widget.props) : ""}></wa-textarea>
      `}
    `;
  }

  override submit(values: Record<string, string>): Promise<unknown> {
    const { dashboards } = this.hub.api;
    const title = values.title?.trim() ?? "";
    const props = readContent(this.component, values.content ?? "");
    const widget = this.#widget;
    if (!widget) {
      return dashboards.addWidget(this.#board, { component: this.component, title, props });
    }
    return dashboards.changeWidget(
      this.#board,
      widget.key,
      widget.own ? { title, props } : { title },
    );
  }
}

define("rename-dashboard", RenameDashboard);
define("edit-widget", EditWidget);
