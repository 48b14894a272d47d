/** The dashboards panel: the list, or one dashboard, by the address. */

import { html, nothing, type PropertyValues } from "lit";
import "@awesome.me/webawesome/dist/components/button/button.js";
import { define, HubElement } from "../../components/hub_element.ts";
import { icon } from "../../components/icon.ts";
import { empty, failure, noticeStyles, skeletons } from "../../components/notice.ts";
import { Resource } from "../../controllers/resource.ts";
import type { Dashboard, DashboardSummary, Page } from "../../data/types.ts";
import { base, page } from "../../styles/shared.ts";
import "./board.ts";
import "./create_dashboard.ts";
import type { CreateDashboard } from "./create_dashboard.ts";
import { dashboardStyles } from "./dashboard_styles.ts";

const GATHER_MS = 80;

export class PlexiDashboards extends HubElement {
  static override styles = [base, page, noticeStyles, dashboardStyles];
  readonly #list = new Resource<Page<DashboardSummary>>(this, () => this.hub.api.dashboards.list());
  readonly #one = new Resource<Dashboard>(this, () => this.hub.api.dashboards.get(this.#id!));
  #shown: string | null | undefined = undefined;
  #gather: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    const { live } = this.hub;
    this.whileConnected(
      live.on("dashboard.changed", this.#changed),
      live.on("reset", this.#changed),
      () => clearTimeout(this.#gather),
    );
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("route") && this.#id !== this.#shown) this.#show();
    this.nameThePage(...(this.#id ? [this.#one.value?.title ?? "Dashboard"] : []), "Dashboards");
  }

  override render() {
    return this.#id ? this.#dashboard() : this.#overview();
  }

  get #id(): string | null {
    return this.route.segments[1] ?? null;
  }

  #show(): void {
    this.#shown = this.#id;
    void (this.#id ? this.#one.restart() : this.#list.reload());
  }

  /** Several changes at once (a plugin that restarts) become one fetch; what is shown stays. */
  #changed = (): void => {
    clearTimeout(this.#gather);
    this.#gather = setTimeout(
      () => void (this.#id ? this.#one.reload() : this.#list.reload()),
      GATHER_MS,
    );
  };

  #overview() {
    return html`
      <div class="page">
        <header class="head">
          <div>
            <h1>Dashboards</h1>
            <p class="lead">What your plugins have to show, side by side.</p>
          </div>
          <wa-button variant="brand" size="s" @click=${this.#create}>New dashboard</wa-button>
        </header>
        ${this.#overviewContent()}
      </div>
      <create-dashboard .hub=${this.hub} @created=${this.#created}></create-dashboard>
    `;
  }

  #overviewContent() {
    const { value, error } = this.#list;
    if (error) return failure(error, () => void this.#list.reload());
    if (!value) return html`<div class="card">${skeletons(3)}</div>`;
    if (value.items.length === 0) {
      return empty(
        "dashboard",
        "No dashboards yet",
        "A dashboard gathers the widgets of all plugins on one page.",
        { label: "Make the first dashboard", run: this.#create },
      );
    }
    return html`<ul class="boards" role="list">${value.items.map(this.#card)}</ul>`;
  }

  #card = (board: DashboardSummary) =>
    html`
      <li>
        <a class="card board" href=${this.hub.href(`/dashboards/${board.id}`)}>
          ${icon("dashboard")}<b>${board.title}</b>${icon("chevron-right")}
        </a>
      </li>
    `;

  #dashboard() {
    const { value, error } = this.#one;
    return html`
      <div class="page wide">
        <a class="crumb" href=${this.hub.href("/dashboards")}>
          ${icon("chevron-left")} All dashboards
        </a>
        ${value ? nothing : html`
          <header class="head">
            <div>
              <h1>Dashboard</h1>
            </div>
          </header>
        `}
        ${error ? failure(error, () => void this.#one.reload()) : nothing}
        ${value
          ? html`
            <plexi-board .hub=${this.hub} .board=${value}
              @changed=${() => void this.#one.reload()}></plexi-board>
          `
          : error
          ? nothing
          : this.#waiting()}
      </div>
    `;
  }

  #waiting() {
    const cards = [4, 3, 5].map((lines) => html`<div class="card">${skeletons(lines)}</div>`);
    return html`
      <p class="late" role="status">
        Waiting for a slow plugin. It has a few seconds; then the page comes without it.
      </p>
      <div class="grid">${cards}</div>
    `;
  }

  #create = (): void => {
    this.renderRoot.querySelector<CreateDashboard>("create-dashboard")!.show();
  };

  #created = (event: CustomEvent<DashboardSummary>): void => {
    this.hub.navigate(`/dashboards/${event.detail.id}`);
  };
}

define("plexi-dashboards", PlexiDashboards);
