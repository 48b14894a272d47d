/** What a sandboxed plugin asks for, by risk: how each stands, why, and the decision about it. */

import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import "@awesome.me/webawesome/dist/components/button/button.js";
import { define } from "../../components/hub_element.ts";
import { failure, noticeStyles, skeletons } from "../../components/notice.ts";
import { ago, exactTime } from "../../components/time.ts";
import type { Hub } from "../../context/hub.ts";
import { Resource } from "../../controllers/resource.ts";
import type { AskedPermission, AskedPermissions, Plugin } from "../../data/types.ts";
import { base, page, pill } from "../../styles/shared.ts";
import { byRisk, changeText, RISKS, unlocks, usage } from "./asked.ts";
import { askedStyles } from "./asked_styles.ts";
import "./why.ts";

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
    askedStyles,
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
      h3 {
        margin: 14px 0 0;
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
  #deaf: () => void = () => {};

  override connectedCallback(): void {
    super.connectedCallback();
    this.#deaf = this.hub.live.on("plugin.permission.changed", () => void this.#asked.reload());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#deaf();
  }

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
        ${value ? this.#content(value) : error ? nothing : skeletons(2)}
      </section>
    `;
  }

  #content(asked: AskedPermissions) {
    if (asked.items.length === 0) return html`<p class="quiet">It asks for none.</p>`;
    return html`
      ${this.#changes(asked)} ${byRisk(asked.items).map(([risk, items]) =>
        html`
          <h3 class="risk ${risk}">${RISKS[risk]}</h3>
          <ul role="list" aria-label=${RISKS[risk]}>${items.map((one) => this.#item(one))}</ul>
        `
      )}
    `;
  }

  #changes({ changes }: AskedPermissions) {
    const version = this.plugin.previous_version;
    if (changes.length === 0 || version === null) return nothing;
    return html`
      <div class="changes" role="group" aria-label="Since version ${version}">
        <p class="small"><strong>Since version ${version}</strong></p>
        <ul>${changes.map((one) => html`<li class="small">${changeText(one)}</li>`)}</ul>
      </div>
    `;
  }

  #item(one: AskedPermission) {
    const [label, tone] = STATES[one.state];
    return html`
      <li class="asked">
        <div class="row">
          <code>${one.name}</code>
          <span class="pill ${tone}">${label}</span>
          ${one.wider ? html`<span class="pill warn">Asks for more</span>` : nothing}
          ${this.#buttons(one)}
        </div>
        <p class="quiet small">${one.says}</p>
        ${this.#scope(one)}
        ${one.requested_at === null ? nothing : html`
          <p class="quiet small">
            Asked for by ${one.requested_by_name}
            <span title=${exactTime(one.requested_at)}>${ago(one.requested_at)}</span>.
            ${one.reason ? html`<q>${one.reason}</q>` : nothing}
          </p>
        `}
        <p class="quiet small">${usage(one)}</p>
        ${unlocks(one)}
        <permission-why .hub=${this.hub} .plugin=${this.plugin.id} .permission=${one.name}
        ></permission-why>
      </li>
    `;
  }

  #scope(one: AskedPermission) {
    if (one.wider) {
      return html`
        <p class="small">Has: ${one.granted_words || "no limit"}</p>
        <p class="small">Asks for: ${one.asked_words || "no limit"}</p>
      `;
    }
    const words = one.granted_words || one.asked_words;
    return words ? html`<p class="quiet small">${words}</p>` : nothing;
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
    const refuse = () => plugins.refusePermission(id, one.name);
    if (one.state === "granted") {
      return html`${one.wider ? button("Approve", approve, "brand") : nothing}
        ${one.wider && one.requested_at ? button("Refuse", refuse) : nothing}
        ${button("Revoke", take, "danger")}`;
    }
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
