/** One dashboard: its widgets, and, for who may, the ways to arrange them. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import { html, LitElement, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import "../../components/confirm.ts";
import type { HubConfirm } from "../../components/confirm.ts";
import { define } from "../../components/hub_element.ts";
import { icon } from "../../components/icon.ts";
import { empty, notice, noticeStyles } from "../../components/notice.ts";
import "../../components/plugin_element.ts";
import type { Hub } from "../../context/hub.ts";
import type { Dashboard, Widget } from "../../data/types.ts";
import { base, page } from "../../styles/shared.ts";
import { boardStyles } from "./board_styles.ts";
import { dashboardStyles } from "./dashboard_styles.ts";
import { type Doors, isWide, renderWidget, widgetTitle } from "./kit.ts";
import { moved } from "./order.ts";
import "./widget_dialog.ts";
import type { EditWidget, RenameDashboard } from "./widget_dialog.ts";

export class PlexiBoard extends LitElement {
  static override properties = {
    hub: { attribute: false },
    board: { attribute: false },
    arranging: { state: true },
    dragged: { state: true },
    over: { state: true },
  };
  static override styles = [base, page, noticeStyles, dashboardStyles, boardStyles];
  declare hub: Hub;
  declare board: Dashboard;
  declare arranging: boolean;
  /** Keys of the widget that is dragged, and of the one it is above. */
  declare dragged: string;
  declare over: string;

  constructor() {
    super();
    this.arranging = false;
    this.dragged = this.over = "";
  }

  override render() {
    const { board } = this;
    const arranging = this.arranging && board.may_change;
    return html`
      <header class="head">
        <div><h1>${board.title}</h1></div>
        ${board.may_change ? this.#tools(arranging) : nothing}
      </header>
      <div class="problems" aria-live="polite">
        ${board.problems.map(({ plugin, reason }) =>
          notice("warn", html`No widgets from <b>${plugin}</b>: ${reason}`)
        )}
      </div>
      ${board.widgets.length === 0 ? this.#empty() : html`
        <div class="grid ${arranging ? "arranging" : ""}">
          ${repeat(
            board.widgets,
            (widget) => widget.key,
            (widget, index) => this.#widget(widget, index, arranging),
          )}
        </div>
      `}
      ${arranging ? this.#hidden() : nothing}
      <rename-dashboard .hub=${this.hub} @created=${this.#changed}></rename-dashboard>
      <edit-widget .hub=${this.hub} @created=${this.#changed}></edit-widget>
      <hub-confirm></hub-confirm>
    `;
  }

  #empty() {
    const hint = "Enable a plugin that brings widgets, or add one of your own.";
    return this.board.may_change
      ? empty("plugin", "No widgets", hint, { label: "Add widget", run: this.#add })
      : empty("plugin", "No widgets", hint);
  }

  #tools(arranging: boolean) {
    const tool = (label: string, run: () => unknown) =>
      html`<wa-button size="s" appearance="outlined" @click=${run}>${label}</wa-button>`;
    return html`
      <div class="tools" role="toolbar" aria-label="Dashboard">
        ${arranging
          ? [
            tool(
              "Rename",
              () => this.#dialog<RenameDashboard>("rename-dashboard").edit(this.board),
            ),
            tool("Reset layout", () => void this.#do((api) => api.reset(this.board.id))),
            tool("Delete", () => void this.#delete()),
          ]
          : nothing}
        ${tool("Add widget", this.#add)}
        <wa-button size="s" variant=${arranging ? "brand" : "neutral"}
          appearance=${arranging ? "accent" : "outlined"}
          @click=${() => this.arranging = !this.arranging}>
          ${arranging ? "Done" : "Arrange"}
        </wa-button>
      </div>
    `;
  }

  #widget(widget: Widget, index: number, arranging: boolean) {
    const title = widgetTitle(widget);
    const wide = widget.span ? widget.span > 1 : isWide(widget);
    const classes = [wide ? "double" : "", this.over === widget.key ? "over" : ""].join(" ");
    return html`
      <section
        class="card widget ${classes}"
        aria-label=${title}
        data-widget=${widget.id}
        draggable=${arranging ? "true" : "false"}
        @dragstart=${arranging ? (event: DragEvent) => this.#drag(event, widget.key) : nothing}
        @dragover=${arranging ? (event: DragEvent) => this.#above(event, widget.key) : nothing}
        @dragend=${() => this.dragged = this.over = ""}
        @drop=${arranging ? (event: DragEvent) => this.#drop(event, index) : nothing}
      >
        <h2>${title}</h2>
        <div class="content">${this.#drawn(widget)}</div>
        ${arranging ? this.#handles(widget, index, wide) : html`
          <footer>${icon(widget.own ? "edit" : "plugin")} ${widget.own
            ? "Added by hand"
            : widget.plugin}</footer>
        `}
      </section>
    `;
  }

  #drawn(widget: Widget) {
    if (!widget.element || !widget.module) return renderWidget(widget, this.#doors);
    return html`
      <hub-plugin-element
        element=${widget.element}
        module=${widget.module}
        .given=${{ hub: this.hub, props: widget.props }}
      ></hub-plugin-element>
    `;
  }

  readonly #doors: Doors = {
    me: () => this.hub.user.username,
    fileHref: (file) => this.hub.api.files.href(file),
    click: async (widget, clicked) => {
      try {
        const api = this.hub.api.dashboards;
        const { result } = await api.click(widget.plugin, widget.id, clicked);
        if (typeof result === "string" && result) this.hub.say(result, "good");
      } catch (thrown) {
        this.hub.sayError(thrown);
      }
      this.#changed();
    },
  };

  #handles(widget: Widget, index: number, wide: boolean) {
    const title = widgetTitle(widget);
    const last = this.board.widgets.length - 1;
    const act = (name: string, symbol: string, run: () => void, off = false) =>
      html`
        <button class="handle" type="button" data-act=${name} aria-label="${name}: ${title}"
          title=${name} ?disabled=${off} @click=${run}>${icon(symbol)}</button>
      `;
    const { board } = this;
    return html`
      <footer class="handles">
        <span class="grip" aria-hidden="true">${icon("grip-vertical")}</span>
        ${act(
          "Move earlier",
          "chevron-left",
          () => void this.#move(widget, index - 1),
          index === 0,
        )}
        ${act(
          "Move later",
          "chevron-right",
          () => void this.#move(widget, index + 1),
          index === last,
        )}
        ${act(
          wide ? "Make narrow" : "Make wide",
          wide ? "minus" : "plus",
          () =>
            void this.#do((api) => api.changeWidget(board.id, widget.key, { span: wide ? 1 : 2 })),
        )}
        ${act(
          widget.own ? "Change" : "Rename",
          "edit",
          () => this.#dialog<EditWidget>("edit-widget").edit(board.id, widget),
        )}
        ${act(
          widget.own ? "Remove" : "Hide",
          widget.own ? "trash" : "eye-slash",
          () => void this.#do((api) => api.removeWidget(board.id, widget.key)),
        )}
      </footer>
    `;
  }

  #hidden() {
    const { board } = this;
    if (board.hidden.length === 0) return nothing;
    return html`
      <section class="hidden" aria-label="Hidden widgets">
        <h2>Hidden here</h2>
        <ul>${board.hidden.map(({ key, title }) =>
          html`
            <li>
              <span>${title || key}</span>
              <wa-button size="s" appearance="outlined" @click=${() =>
                void this.#do((api) => api.changeWidget(board.id, key, { hidden: false }))}>
                Show<span class="sr"> ${title || key}</span>
              </wa-button>
            </li>
          `
        )}</ul>
      </section>
    `;
  }

  #add = (): void => this.#dialog<EditWidget>("edit-widget").edit(this.board.id, null);

  #dialog<T extends HTMLElement>(name: string): T {
    return this.renderRoot.querySelector<T>(name)!;
  }

  #drag(event: DragEvent, key: string): void {
    this.dragged = key;
    event.dataTransfer?.setData("text/plain", key);
  }

  #above(event: DragEvent, key: string): void {
    if (!this.dragged) return;
    event.preventDefault();
    this.over = key === this.dragged ? "" : key;
  }

  #drop(event: DragEvent, index: number): void {
    event.preventDefault();
    const widget = this.board.widgets.find((one) => one.key === this.dragged);
    this.dragged = this.over = "";
    if (widget) void this.#move(widget, index);
  }

  /** Show the new order at once; a refusal brings the stored one back. */
  async #move(widget: Widget, to: number): Promise<void> {
    const order = moved(this.board.widgets.map((one) => one.key), widget.key, to);
    const byKey = new Map(this.board.widgets.map((one) => [one.key, one]));
    const focused = (this.renderRoot as ShadowRoot).activeElement as HTMLElement | null;
    this.board = { ...this.board, widgets: order.map((key) => byKey.get(key)!) };
    await this.updateComplete;
    // Moving it in the page takes the focus off its button.
    focused?.focus();
    await this.#do((api) => api.arrange(this.board.id, order));
  }

  async #delete(): Promise<void> {
    const { board } = this;
    const sure = await this.#dialog<HubConfirm>("hub-confirm").ask({
      title: "Delete this dashboard?",
      text: `${board.title} goes for everybody, with the widgets people put on it.`,
      action: "Delete dashboard",
    });
    if (!sure) return;
    await this.#do((api) => api.remove(board.id));
    this.hub.navigate("/dashboards");
  }

  async #do(work: (api: Hub["api"]["dashboards"]) => Promise<unknown>): Promise<void> {
    try {
      await work(this.hub.api.dashboards);
    } catch (thrown) {
      this.hub.sayError(thrown);
    }
    this.#changed();
  }

  #changed = (): void => {
    this.dispatchEvent(new CustomEvent("changed"));
  };
}

define("plexi-board", PlexiBoard);
