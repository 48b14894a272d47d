/** What a sandboxed plugin asks for, how each of it stands, and the decision about it. */

import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import "@awesome.me/webawesome/dist/components/button/button.js";
import { define } from "../../components/hub_element.ts";
import { failure, noticeStyles, skeletons } from "../../components/notice.ts";
import { ago, exactTime } from "../../components/time.ts";
import type { Hub } from "../../context/hub.ts";
import { Resource } from "../../controllers/resource.ts";
import type { AskedPermission, AskedPermissions, Plugin } from "../../data/types.ts";
import { base, page, pill } from "../../styles/shared.ts";

const STATES: Record<AskedPermission["state"], [string, string]> = {
  granted: ["Granted", "good"],
  pending: ["Waits for approval", "warn"],
  refused: ["Not granted", ""],
};

export class PluginPermissions extends LitElement {
  static override properties = {
    hub: { attribute: false },
    plugin: { attribute: false },
    _busy: { state: true },
  };
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
        scrollbar-gutter: auto;
      }
      .card {
        padding: 16px 18px 18px;
      }
      h2 {
        margin-bottom: 6px;
      }
      li {
        display: grid;
        gap: 4px;
        padding: 10px 0;
      }
      li + li {
        border-top: 1px solid var(--hub-line);
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
      .row code {
        flex: 1;
        min-width: 8em;
        overflow-wrap: anywhere;
      }
      p {
        overflow-wrap: anywhere;
      }
      /* Tells those who hear the page which of the buttons it is. */
      .unseen {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
        white-space: pre;
      }
    `,
  ];
  declare hub: Hub;
  declare plugin: Plugin;
  declare _busy: boolean;
  readonly #asked = new Resource<AskedPermissions>(
    this,
    () => this.hub.api.plugins.permissions(this.plugin.id),
  );
  #shown = "";

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("plugin")) return;
    const same = this.#shown === this.plugin.id;
    this.#shown = this.plugin.id;
    void (same ? this.#asked.reload() : this.#asked.restart());
  }

  override render() {
    const { value, error } = this.#asked;
    return html`
      <section class="card" aria-label="Permissions">
        <h2>Permissions</h2>
        ${error ? failure(error, () => void this.#asked.reload()) : nothing}
        ${value ? this.#list(value.items) : error ? nothing : skeletons(2)}
      </section>
    `;
  }

  #list(items: AskedPermission[]) {
    if (items.length === 0) return html`<p class="quiet">It asks for none.</p>`;
    return html`<ul role="list">${items.map((one) => this.#item(one))}</ul>`;
  }

  #item(one: AskedPermission) {
    const [label, tone] = STATES[one.state];
    const scope = this.plugin.permissions.scopes[one.name];
    return html`
      <li>
        <div class="row">
          <code>${one.name}</code>
          <span class="pill ${tone}">${label}</span>
          ${this.#buttons(one)}
        </div>
        <p class="quiet small">${one.says}</p>
        ${scope === undefined ? nothing : html`<p class="quiet small">${scope.words}</p>`}
        ${one.requested_at === null ? nothing : html`
          <p class="quiet small">
            Asked for by ${one.requested_by_name}
            <span title=${exactTime(one.requested_at)}>${ago(one.requested_at)}</span>.
          </p>
        `}
      </li>
    `;
  }

  #buttons(one: AskedPermission) {
    const button = (verb: string, act: () => Promise<unknown>, variant = "neutral") =>
      html`
        <wa-button size="s" appearance="outlined" variant=${variant} ?disabled=${this._busy}
          @click=${() => void this.#decide(one, verb, act)}>
          ${verb}<span class="unseen">${` ${one.name}`}</span>
        </wa-button>
      `;
    const { plugins } = this.hub.api;
    const { id } = this.plugin;
    const approve = () => plugins.approvePermission(id, one.name, one.digest);
    const take = () => plugins.takePermission(id, one.name);
    if (one.state === "granted") return button("Revoke", take, "danger");
    if (one.state === "pending") {
      return html`${button("Approve", approve, "brand")} ${button("Refuse", take, "danger")}`;
    }
    return one.takes_approval
      ? button("Ask", () => plugins.requestPermission(id, one.name))
      : button("Grant", approve, "brand");
  }

  async #decide(one: AskedPermission, verb: string, act: () => Promise<unknown>): Promise<void> {
    const past: Record<string, string> = {
      Approve: "approved",
      Grant: "granted",
      Refuse: "refused",
      Revoke: "revoked",
      Ask: "asked for",
    };
    this._busy = true;
    try {
      await act();
      this.hub.say(`${one.name} was ${past[verb]} for ${this.plugin.name}.`, "good");
    } catch (thrown) {
      this.hub.sayError(thrown);
    }
    this._busy = false;
    await this.#asked.reload();
  }
}

define("plugin-permissions", PluginPermissions);
