/** Where a sandboxed plugin may go, the hosts it waits for, and the secrets that it is given. */

import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import "@awesome.me/webawesome/dist/components/button/button.js";
import { define } from "../../components/hub_element.ts";
import { failure, noticeStyles, skeletons } from "../../components/notice.ts";
import { ago, exactTime } from "../../components/time.ts";
import type { Hub } from "../../context/hub.ts";
import { Resource } from "../../controllers/resource.ts";
import type { Plugin, PluginHosts, PluginSecret } from "../../data/types.ts";
import { base, page, pill } from "../../styles/shared.ts";
import "./secret_dialog.ts";
import type { SecretDialog } from "./secret_dialog.ts";

const DECIDED = {
  allow: ["Allowed", "good"],
  once: ["Allowed once", "good"],
  refuse: ["Refused", "bad"],
} as const;

export class PluginNetwork extends LitElement {
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
      h3 {
        margin-top: 14px;
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
      .row code,
      .row h3 {
        flex: 1;
        font-size: 1rem;
        min-width: 8em;
        overflow-wrap: anywhere;
      }
      p {
        overflow-wrap: anywhere;
      }
    `,
  ];
  declare hub: Hub;
  declare plugin: Plugin;
  declare _busy: boolean;
  readonly #hosts = new Resource<PluginHosts>(
    this,
    () => this.hub.api.plugins.hosts(this.plugin.id),
  );
  readonly #secrets = new Resource<{ items: PluginSecret[] }>(
    this,
    () => this.hub.api.plugins.secrets(this.plugin.id),
  );
  #shown = "";
  #deaf: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    // A request waits a few seconds only: what is asked for is shown at once.
    this.#deaf = this.hub.live.on("plugin.hosts.changed", () => void this.#hosts.reload());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#deaf?.();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("plugin")) return;
    const same = this.#shown === this.plugin.id;
    this.#shown = this.plugin.id;
    for (const one of [this.#hosts, this.#secrets]) void (same ? one.reload() : one.restart());
  }

  override render() {
    const hosts = this.#hosts.value, secrets = this.#secrets.value;
    const error = this.#hosts.error ?? this.#secrets.error;
    return html`
      <section class="card" aria-label="Network">
        <h2>Network</h2>
        ${error ? failure(error, () => void this.#again()) : nothing}
        ${hosts ? this.#hostList(hosts) : error ? nothing : skeletons(2)}
        ${secrets ? this.#secretList(secrets.items) : nothing}
      </section>
      <secret-dialog .hub=${this.hub} .plugin=${this.plugin} .hosts=${hosts?.granted ?? []}
        @created=${this.#kept}></secret-dialog>
    `;
  }

  async #again(): Promise<void> {
    await Promise.all([this.#hosts.reload(), this.#secrets.reload()]);
  }

  #hostList({ asked, decided }: PluginHosts) {
    if (asked.length + decided.length === 0) {
      return html`<p class="quiet small">No host waits for a decision.</p>`;
    }
    return html`
      <ul role="list">
        ${asked.map((one) =>
          html`
            <li>
              <div class="row">
                <code>${one.host}</code>
                <span class="pill warn">${one.waiting > 0 ? "Waits now" : "Asked for"}</span>
              </div>
              <p class="quiet small">
                ${one.url}, <span title=${exactTime(one.since)}>${ago(one.since)}</span>,
                ${one.times === 1 ? "once" : `${one.times} times`}
              </p>
              <div class="row">
                ${this.#button("Allow", one.host, "allow", "brand")}
                ${this.#button("Once", one.host, "once")}
                ${this.#button("Refuse", one.host, "refuse", "danger")}
              </div>
            </li>
          `
        )}
        ${decided.map(({ host, decision }) =>
          html`
            <li>
              <div class="row">
                <code>${host}</code>
                <span class="pill ${DECIDED[decision][1]}">${DECIDED[decision][0]}</span>
                ${this.#button("Forget", host, "forget")}
              </div>
            </li>
          `
        )}
      </ul>
    `;
  }

  #button(verb: string, host: string, decision: string, variant = "neutral") {
    const { plugins } = this.hub.api;
    const act = async () =>
      this.#hosts.put(await plugins.decideHost(this.plugin.id, host, decision));
    return html`
      <wa-button size="s" appearance="outlined" variant=${variant} ?disabled=${this._busy}
        @click=${() => void this.#run(act)}>${verb}<span class="sr">${` ${host}`}</span></wa-button>
    `;
  }

  #secretList(secrets: PluginSecret[]) {
    return html`
      <div class="row">
        <h3>Secrets</h3>
        <wa-button size="s" appearance="outlined" @click=${() => this.#dialog.show()}>
          Set a secret
        </wa-button>
      </div>
      ${secrets.length === 0 ? html`<p class="quiet small">It was given none.</p>` : html`
        <ul role="list">${secrets.map((one) => this.#secret(one))}</ul>
      `}
    `;
  }

  #secret({ name, hosts }: PluginSecret) {
    const forget = async () => {
      await this.hub.api.plugins.forgetSecret(this.plugin.id, name);
      await this.#secrets.reload();
    };
    return html`
      <li>
        <div class="row">
          <code>${name}</code>
          <wa-button size="s" appearance="outlined" variant="danger" ?disabled=${this._busy}
            @click=${() => void this.#run(forget)}>
            Delete<span class="sr">${` ${name}`}</span>
          </wa-button>
        </div>
        <p class="quiet small">only for ${hosts.join(", ")}</p>
      </li>
    `;
  }

  get #dialog(): SecretDialog {
    return this.renderRoot.querySelector<SecretDialog>("secret-dialog")!;
  }

  #kept = (): void => {
    this.hub.say(`${this.plugin.name} has the secret from now on.`, "good");
    void this.#secrets.reload();
  };

  async #run(act: () => Promise<unknown>): Promise<void> {
    this._busy = true;
    try {
      await act();
    } catch (thrown) {
      this.hub.sayError(thrown);
    }
    this._busy = false;
  }
}

define("plugin-network", PluginNetwork);
