/** Admin -> Plugins: every plugin with its tier, state, health and switch. */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import "../../components/confirm.ts";
import { define, HubElement } from "../../components/hub_element.ts";
import { empty, failure, notice, noticeStyles, skeletons } from "../../components/notice.ts";
import { Resource } from "../../controllers/resource.ts";
import type { Page, Plugin } from "../../data/types.ts";
import { base, page, pill, toggle } from "../../styles/shared.ts";
import { pluginListStyles } from "./plugin_styles.ts";
import {
  healthNumbers,
  healthPill,
  lastError,
  memoryText,
  runtimeName,
  statePill,
  stateReason,
  tierPill,
} from "./status.ts";
import "./isolation.ts";
import "./leftovers.ts";
import "./waiting.ts";
import "./who.ts";
import { Switching } from "./switching.ts";

export class PagePlugins extends HubElement {
  static override styles = [base, page, pill, toggle, noticeStyles, pluginListStyles];
  readonly #plugins = new Resource<Page<Plugin>>(this, () => this.hub.api.plugins.list());
  readonly #switching = new Switching(this, (plugin) => this.#put(plugin));

  override connectedCallback(): void {
    super.connectedCallback();
    const reload = () => void this.#plugins.reload();
    const { live } = this.hub;
    this.whileConnected(
      live.on("plugin.changed", reload),
      live.on("plugin.permission.changed", reload),
      live.on("reset", reload),
    );
    this.nameThePage("Plugins", "Administration");
    reload();
  }

  override render() {
    return html`
      <div class="page">
        <header class="head">
          <div>
            <h1>Plugins</h1>
            <p class="lead">
              Every feature is a plugin. Sandboxed ones run confined and may do only what was
              granted; trusted ones run inside the hub. Install one on the hub's machine with
              <code style="white-space:nowrap">plexihub plugin install PATH</code>.
            </p>
          </div>
        </header>
        <plugin-isolation .hub=${this.hub}></plugin-isolation>
        <permissions-waiting .hub=${this.hub}></permissions-waiting>
        ${this.#content()}
        <permissions-who .hub=${this.hub}></permissions-who>
        <plugin-leftovers .hub=${this.hub}></plugin-leftovers>
      </div>
      ${this.#switching.dialog()}
      <hub-confirm></hub-confirm>
    `;
  }

  #content() {
    const { value, error } = this.#plugins;
    if (error) return failure(error, () => void this.#plugins.reload());
    if (!value) return html`<div class="card">${skeletons(6)}</div>`;
    if (value.items.length === 0) {
      return empty("plugin", "No plugins", "Install one with: plexihub plugin install PATH");
    }
    return html`
      <ul class="card list" role="list" aria-label="Plugins">
        ${repeat(value.items, (plugin) => plugin.id, this.#row)}
      </ul>
    `;
  }

  #row = (plugin: Plugin) => {
    const error = lastError(plugin);
    const reason = stateReason(plugin);
    return html`
      <li class="plugin" data-plugin=${plugin.id}>
        <div class="name">
          <div class="line">
            <a href=${this.hub.href(`/admin/plugins/${plugin.id}`)}>${plugin.name}</a>
            ${tierPill(plugin)}
            <span class="quiet small nums">v${plugin.version}</span>
          </div>
          <p class="quiet small">${plugin.description}</p>
        </div>
        <div class="state">
          ${statePill(plugin)} ${this.#waits(plugin)}
          ${plugin.state === "disabled" ? nothing : healthPill(plugin)}
        </div>
        <div class="numbers small nums">
          <span>${healthNumbers(plugin)}</span>
          <span class="quiet">${this.#process(plugin)}</span>
        </div>
        <div class="switch">
          <span class="progress small quiet" role="status">${this.#switching.progress(
            plugin,
          )}</span>
          ${this.#switching.render(plugin)}
        </div>
        ${reason === nothing ? nothing : html`<div class="why">${notice("warn", reason)}</div>`}
        ${reason === nothing && error
          ? html`<p class="why small quiet">Last error: ${error}</p>`
          : nothing}
      </li>
    `;
  };

  #waits(plugin: Plugin) {
    const { length } = plugin.permissions.pending;
    if (length === 0) return nothing;
    return html`<span class="pill warn">${length} to decide</span>`;
  }

  #process(plugin: Plugin): string {
    const { pid } = plugin.health;
    const process = pid === null ? "" : `process ${pid}`;
    return [runtimeName(plugin), process, memoryText(plugin)].filter(Boolean).join(" · ");
  }

  #put(plugin: Plugin): void {
    const items = this.#plugins.value?.items ?? [];
    this.#plugins.put({
      items: items.map((known) => (known.id === plugin.id ? plugin : known)),
      next: null,
    });
  }
}

define("page-plugins", PagePlugins);
