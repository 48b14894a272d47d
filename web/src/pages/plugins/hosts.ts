/** Where a sandboxed plugin may go, what it asks for, and the decision about each host. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import { html, nothing, type PropertyValues } from "lit";
import { define, HubElement } from "../../components/hub_element.ts";
import { failure, noticeStyles, skeletons } from "../../components/notice.ts";
import { ago, exactTime } from "../../components/time.ts";
import { Resource } from "../../controllers/resource.ts";
import type { AskedHost, HostDecision, Plugin, PluginHosts } from "../../data/types.ts";
import { base, page, pill } from "../../styles/shared.ts";
import { cardStyles } from "./card_styles.ts";
import "./host_dialog.ts";
import type { HostDialog } from "./host_dialog.ts";
import { count } from "./status.ts";

const DONE: Record<HostDecision, string> = {
  allow: "may be called from now on",
  once: "may be called once",
  refuse: "is refused from now on",
  forget: "is as the plugin's permission says again",
};

export class PluginHostsCard extends HubElement {
  static override properties = {
    ...HubElement.properties,
    plugin: { attribute: false },
    _busy: { state: true },
  };
  static override styles = [base, page, pill, noticeStyles, cardStyles];
  declare plugin: Plugin;
  declare _busy: boolean;
  readonly #hosts = new Resource<PluginHosts>(
    this,
    () => this.hub.api.plugins.hosts(this.plugin.id),
  );
  #shown = "";

  override connectedCallback(): void {
    super.connectedCallback();
    const reload = () => void this.#hosts.reload();
    const { live } = this.hub;
    this.whileConnected(live.on("plugin.hosts.changed", reload), live.on("reset", reload));
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("plugin")) return;
    const same = this.#shown === this.plugin.id;
    this.#shown = this.plugin.id;
    void (same ? this.#hosts.reload() : this.#hosts.restart());
  }

  override render() {
    const { value, error } = this.#hosts;
    return html`
      <section class="card" aria-label="Hosts">
        <div class="title">
          <h2>Hosts</h2>
          <wa-button size="s" appearance="outlined" ?disabled=${!value}
            @click=${() => this.#dialog.show()}>Add a host</wa-button>
        </div>
        ${error ? failure(error, () => void this.#hosts.reload()) : nothing}
        ${value ? this.#lists(value) : error ? nothing : skeletons(2)}
      </section>
      <host-dialog .hub=${this.hub} .plugin=${this.plugin}
        @created=${(event: CustomEvent<PluginHosts>) =>
          this.#hosts.put(event.detail)}></host-dialog>
    `;
  }

  get #dialog(): HostDialog {
    return this.renderRoot.querySelector<HostDialog>("host-dialog")!;
  }

  #lists({ asked, decided, granted }: PluginHosts) {
    return html`
      <div role="status">
        ${asked.length === 0 ? nothing : html`
          <h3>Asked for</h3>
          <ul role="list" aria-label="Asked for">${asked.map((one) => this.#asked(one))}</ul>
        `}
      </div>
      ${decided.length === 0 ? nothing : html`
        <h3>Decided</h3>
        <ul role="list" aria-label="Decided">${decided.map((one) => this.#decided(one))}</ul>
      `}
      <h3>Granted with its permission</h3>
      ${granted.length === 0
        ? html`<p class="quiet">None: each host is decided about here.</p>`
        : html`
          <div class="chips">${granted.map((host) =>
            html`<code class="pill square">${host}</code>`
          )}</div>
        `}
    `;
  }

  #asked(one: AskedHost) {
    return html`
      <li data-host=${one.host}>
        <div class="row">
          <code>${one.host}</code>
          ${one.waiting === 0 ? nothing : html`
            <span class="pill warn">${count(one.waiting, "request")} ${one.waiting === 1
              ? "waits"
              : "wait"}</span>
          `}
        </div>
        <p class="quiet small">
          <code>${one.url}</code>, asked ${one.times === 1 ? "once" : `${one.times} times`},
          first <span title=${exactTime(one.since)}>${ago(one.since)}</span>.
        </p>
        <div class="row">
          ${this.#button(one.host, "allow", "Allow", "brand")}
          ${this.#button(one.host, "once", "Allow once")}
          ${this.#button(one.host, "refuse", "Refuse", "danger")}
          ${this.#button(one.host, "forget", "Forget")}
        </div>
      </li>
    `;
  }

  #decided({ host, decision }: PluginHosts["decided"][number]) {
    const allowed = decision === "allow";
    return html`
      <li data-host=${host}>
        <div class="row">
          <code>${host}</code>
          <span class="pill ${allowed ? "good" : "bad"}">${allowed ? "Allowed" : "Refused"}</span>
          ${allowed
            ? this.#button(host, "refuse", "Refuse", "danger")
            : this.#button(host, "allow", "Allow", "brand")}
          ${this.#button(host, "forget", "Forget")}
        </div>
      </li>
    `;
  }

  #button(host: string, decision: HostDecision, verb: string, variant = "neutral") {
    return html`
      <wa-button size="s" appearance="outlined" variant=${variant} ?disabled=${this._busy}
        @click=${() => void this.#decide(host, decision)}>
        ${verb}<span class="sr">${` ${host}`}</span>
      </wa-button>
    `;
  }

  async #decide(host: string, decision: HostDecision): Promise<void> {
    this._busy = true;
    try {
      this.#hosts.put(await this.hub.api.plugins.decideHost(this.plugin.id, host, decision));
      this.hub.say(`${host} ${DONE[decision]} for ${this.plugin.name}.`, "good");
    } catch (thrown) {
      this.hub.sayError(thrown);
      void this.#hosts.reload();
    }
    this._busy = false;
  }
}

define("plugin-hosts", PluginHostsCard);
