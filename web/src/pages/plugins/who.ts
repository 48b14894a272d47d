/** Who may do what: the plugins and people with one permission, and the list of all as a table. */

import { css, html, nothing } from "lit";
import "@awesome.me/webawesome/dist/components/button/button.js";
import { define, HubElement } from "../../components/hub_element.ts";
import { failure, noticeStyles } from "../../components/notice.ts";
import { ago } from "../../components/time.ts";
import { Resource } from "../../controllers/resource.ts";
import type { PermissionWho, Roles } from "../../data/types.ts";
import { base, page, pill } from "../../styles/shared.ts";

const STATES: Record<string, string> = { granted: "good", pending: "warn", trusted: "accent" };

export class PermissionsWho extends HubElement {
  static override properties = { ...HubElement.properties, _chosen: { state: true } };
  static override styles = [
    base,
    page,
    pill,
    noticeStyles,
    css`
      :host {
        display: block;
        height: auto;
        overflow: visible;
      }
      section {
        margin-top: 22px;
      }
      .lead {
        margin: 2px 0 10px;
      }
      .card {
        padding: 14px 16px 16px;
      }
      .ask {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 12px;
        align-items: end;
      }
      label {
        display: grid;
        gap: 4px;
        flex: 1;
        min-width: 0;
        max-width: 340px;
        font-size: 13px;
        font-weight: 540;
      }
      select {
        min-width: 0;
        font: inherit;
        padding: 6px 8px;
        color: inherit;
        background: var(--hub-surface);
        border: 1px solid var(--hub-line);
        border-radius: 7px;
      }
      .answer {
        display: grid;
        gap: 6px 28px;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 280px), 1fr));
        margin-top: 14px;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 8px;
        padding: 4px 0;
        overflow-wrap: anywhere;
      }
    `,
  ];
  declare _chosen: string;
  readonly #known = new Resource<Roles>(this, () => this.hub.api.roles.list());
  readonly #who = new Resource<PermissionWho>(
    this,
    () => this.hub.api.plugins.who(this._chosen),
  );

  override connectedCallback(): void {
    super.connectedCallback();
    this._chosen = "";
    void this.#known.reload();
  }

  override render() {
    const known = this.#known.value?.permissions ?? [];
    const { value, error } = this.#who;
    return html`
      <section aria-label="Who may do what">
        <h2>Who may do what</h2>
        <p class="lead">A plugin never does for a person what the person has no right to.</p>
        <div class="card">
          <div class="ask">
            <label>Permission
              <select @change=${this.#choose}>
                <option value="">Choose one</option>
                ${known.map((one) => html`<option value=${one.name}>${one.name}</option>`)}
              </select>
            </label>
            <wa-button size="s" appearance="outlined" download
              href=${this.hub.href("/api/v1/access-review?format=csv")}
            >Review of all access (CSV)</wa-button>
          </div>
          <div aria-live="polite">
            ${error ? failure(error, () => void this.#who.reload()) : nothing}
            ${value && this._chosen ? this.#answer(value) : nothing}
          </div>
        </div>
      </section>
    `;
  }

  #answer(found: PermissionWho) {
    return html`
      <p class="quiet small">${found.says}</p>
      <div class="answer">
        <div>
          <h3>Plugins</h3>
          ${found.plugins.length === 0 ? html`<p class="quiet small">None.</p>` : nothing}
          <ul role="list" aria-label="Plugins">${found.plugins.map((one) =>
            html`
              <li>
                <a href=${this.hub.href(`/admin/plugins/${one.id}`)}>${one.name}</a>
                <span class="pill ${STATES[one.state] ?? ""}">${one.state}</span>
                <span class="quiet small">${one.scope} ${one.last_used === null
                  ? ""
                  : `used ${ago(one.last_used)}`}</span>
              </li>
            `
          )}</ul>
        </div>
        <div>
          <h3>People</h3>
          ${found.people.length === 0 ? html`<p class="quiet small">Nobody.</p>` : nothing}
          <ul role="list" aria-label="People">${found.people.map((one) =>
            html`
              <li>${one.username} <span class="quiet small">by ${one.through}</span></li>
            `
          )}</ul>
        </div>
      </div>
    `;
  }

  #choose(event: Event): void {
    this._chosen = (event.target as HTMLSelectElement).value;
    if (this._chosen) void this.#who.restart();
  }
}

define("permissions-who", PermissionsWho);
