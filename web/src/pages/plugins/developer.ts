/** The card for a plugin's author: what it said, and its permissions used beside those it asks for. */

import { css, html, nothing, type PropertyValues } from "lit";
import { define, HubElement } from "../../components/hub_element.ts";
import { failure, noticeStyles } from "../../components/notice.ts";
import { Resource } from "../../controllers/resource.ts";
import type { LogLine, Save, UsedPermission } from "../../data/development.ts";
import type { Page, Plugin } from "../../data/types.ts";
import { base, page, pill } from "../../styles/shared.ts";

export class PluginDeveloper extends HubElement {
  static override properties = { ...HubElement.properties, plugin: { attribute: false } };
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
        margin-bottom: 14px;
      }
      .card {
        padding: 16px 18px 18px;
      }
      .parts {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr));
        gap: 18px;
      }
      .parts > * {
        min-width: 0;
      }
      h2 {
        margin-bottom: 4px;
      }
      h3 {
        margin: 12px 0 6px;
        font-size: 13px;
      }
      .log {
        max-height: 240px;
        margin: 0;
        padding: 10px 12px;
        overflow: auto;
        border-radius: var(--hub-radius);
        background: var(--hub-sunken);
        font: 12.5px/1.55 var(--hub-mono);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      .log .error {
        color: var(--hub-bad);
      }
      .log .warning {
        color: var(--hub-warn);
      }
      li {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 10px;
        align-items: center;
        padding: 4px 0;
      }
    `,
  ];
  declare plugin: Plugin;
  readonly #saves = new Resource<Page<Save>>(this, () => this.hub.api.development.saves());
  readonly #log = new Resource<Page<LogLine>>(
    this,
    () => this.hub.api.development.logs(this.plugin.id),
  );
  readonly #used = new Resource<Page<UsedPermission>>(
    this,
    () => this.hub.api.development.used(this.plugin.id),
  );

  override connectedCallback(): void {
    super.connectedCallback();
    const { live } = this.hub;
    const heard = () => void this.#log.reload();
    this.whileConnected(
      live.on("plugin.log.changed", heard),
      live.on("development.changed", () => void this.#saves.reload()),
      live.on("reset", heard),
    );
    void this.#saves.reload();
    void this.#log.reload();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    // A plugin that was called, or changed, may have used another permission since.
    if (changed.has("plugin") && this.plugin.tier === "sandboxed") void this.#used.reload();
  }

  override updated(): void {
    const log = this.renderRoot.querySelector(".log");
    if (log) log.scrollTop = log.scrollHeight;
  }

  override render() {
    const save = this.#saves.value?.items.find((one) => one.id === this.plugin.id);
    const error = this.#log.error;
    return html`
      <section class="card" aria-label="Developer">
        <h2>Developer</h2>
        ${save ? this.#saved(save) : nothing}
        <div class="parts">
          <div>
            <h3 id="log">Log</h3>
            ${error ? failure(error, () => void this.#log.reload()) : this.#lines()}
          </div>
          ${this.plugin.tier === "sandboxed" ? this.#permissions() : nothing}
        </div>
      </section>
    `;
  }

  #saved(save: Save) {
    const how = save.problem
      ? html`<span class="pill bad">broken</span> ${save.problem.where}`
      : html`<span class="pill good">runs</span> ready ${Math.round(save.took_ms)} ms after it
        was saved`;
    return html`<p class="small quiet">${how} · <code>${save.source}</code></p>`;
  }

  #lines() {
    const lines = this.#log.value?.items ?? [];
    if (lines.length === 0) return html`<p class="quiet">It has said nothing yet.</p>`;
    return html`<div class="log" role="log" aria-labelledby="log" tabindex="0">${
      lines.map((line) => html`<div class=${line.level}>${line.text}</div>`)
    }</div>`;
  }

  #permissions() {
    const used = this.#used.value?.items ?? [];
    return html`
      <div>
        <h3>Permissions used</h3>
        ${used.length === 0
          ? html`<p class="quiet">It asks for nothing, and used nothing.</p>`
          : html`<ul role="list">${
            used.map((one) => html`<li><code>${one.name}</code> ${this.#use(one)}</li>`)
          }</ul>`}
      </div>
    `;
  }

  #use(one: UsedPermission) {
    if (!one.asked) {
      return html`<span class="pill bad">refused ${one.refused} times: not in plugin.json</span>`;
    }
    if (one.allowed) return html`<span class="pill good">used ${one.allowed} times</span>`;
    if (one.implied) return html`<span class="pill">for what it offers</span>`;
    return html`<span class="pill warn">not used so far</span>`;
  }
}

define("plugin-developer", PluginDeveloper);
