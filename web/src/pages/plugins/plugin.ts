/** One plugin: what it is, how it does, what it may do, what it brings. */

import { html, nothing, type PropertyValues } from "lit";
import "@awesome.me/webawesome/dist/components/button/button.js";
import "../../components/confirm.ts";
import type { HubConfirm } from "../../components/confirm.ts";
import { define, HubElement } from "../../components/hub_element.ts";
import { icon } from "../../components/icon.ts";
import { failure, notice, noticeStyles, skeletons } from "../../components/notice.ts";
import { ago, exactTime } from "../../components/time.ts";
import { Resource } from "../../controllers/resource.ts";
import type { Plugin } from "../../data/types.ts";
import { base, page, pill, toggle } from "../../styles/shared.ts";
import "./access.ts";
import "./developer.ts";
import "./permissions.ts";
import "./limits.ts";
import "./network.ts";
import "./stored.ts";
import "./usage.ts";
import { pluginPageStyles } from "./plugin_styles.ts";
import { keptText } from "./kept.ts";
import { routeList, routeStyles } from "./routes.ts";
import {
  healthPill,
  lastError,
  memoryText,
  runtimeName,
  statePill,
  stateReason,
  tierPill,
} from "./status.ts";
import { relations } from "./relations.ts";
import { Switching } from "./switching.ts";

type Fact = [name: string, value: unknown];

const RELOADING = { label: "Reloading…" };
const GOING_BACK = { label: "Going back…" };

function before(version: string): Fact {
  return ["Before it", html`${version} <span class="quiet">(kept)</span>`];
}

export class PagePlugin extends HubElement {
  static override styles = [base, page, pill, toggle, noticeStyles, pluginPageStyles, routeStyles];
  readonly #plugin = new Resource<Plugin>(this, () => this.hub.api.plugins.get(this.#id));
  readonly #switching = new Switching(this, (plugin) => this.#plugin.put(plugin));
  #shown = "";

  override connectedCallback(): void {
    super.connectedCallback();
    const reload = () => void this.#plugin.reload();
    const { live } = this.hub;
    this.whileConnected(live.on("plugin.changed", reload), live.on("reset", reload));
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("route") && this.#id !== this.#shown) {
      this.#shown = this.#id;
      void this.#plugin.restart();
    }
    this.nameThePage(this.#plugin.value?.name ?? this.#id, "Plugins");
  }

  override render() {
    const { value, error } = this.#plugin;
    return html`
      <div class="page">
        <a class="crumb" href=${this.hub.href("/admin/plugins")}>
          ${icon("chevron-left")} All plugins
        </a>
        ${error ? failure(error, () => void this.#plugin.reload()) : nothing}
        ${value
          ? this.#content(value)
          : error
          ? nothing
          : html`<div class="card">${skeletons(7)}</div>`}
      </div>
      <hub-confirm></hub-confirm>
      ${this.#switching.dialog()}
    `;
  }

  get #id(): string {
    return this.route.segments[2] ?? "";
  }

  #content(plugin: Plugin) {
    const reason = stateReason(plugin);
    const error = lastError(plugin);
    return html`
      <header class="head">
        <div>
          <div class="titles">
            <h1>${plugin.name}</h1>
            ${tierPill(plugin)} ${statePill(plugin)}
          </div>
          <p class="lead">${plugin.description}</p>
        </div>
        <div class="switch">
          <span class="small quiet" role="status">${this.#switching.progress(plugin)}</span>
          ${this.#switching.render(plugin)}
        </div>
      </header>
      <div class="notes">
        ${reason === nothing ? nothing : notice("warn", reason)}
        ${error ? notice("bad", html`Last error: ${error}`) : nothing}
      </div>
      ${this.hub.info.development
        ? html`<plugin-developer .hub=${this.hub} .plugin=${plugin}></plugin-developer>`
        : nothing} ${plugin.tier === "sandboxed"
        ? html`<plugin-usage class="above" .hub=${this.hub} .plugin=${plugin}></plugin-usage>`
        : nothing}
      <div class="columns">
        <div class="column">
          ${this.#facts("Health", this.#healthFacts(plugin))}
          ${plugin.tier === "sandboxed"
            ? html`
              <plugin-limits .hub=${this.hub} .plugin=${plugin}></plugin-limits>
              <plugin-stored .hub=${this.hub} .plugin=${plugin}></plugin-stored>
            `
            : nothing} ${this.#brings(plugin)}
        </div>
        <div class="column">
          ${this.#permissions(
            plugin,
          )} ${plugin.tier === "sandboxed" && plugin.permissions.asked.includes("network:fetch")
            ? html`<plugin-network .hub=${this.hub} .plugin=${plugin}></plugin-network>`
            : nothing} ${relations(plugin, this.hub.href)}
          ${this.#facts("About", this.#aboutFacts(plugin), this.#actions(plugin))}
        </div>
      </div>
      ${plugin.tier === "trusted"
        ? html`<plugin-access .hub=${this.hub} .plugin=${plugin}></plugin-access>`
        : nothing}
    `;
  }

  #facts(title: string, facts: Fact[], below: unknown = nothing) {
    return html`
      <section class="card" aria-label=${title}>
        <h2>${title}</h2>
        <dl class="facts">${facts.map(([name, value]) =>
          html`
            <dt>${name}</dt>
            <dd>${value}</dd>
          `
        )}</dl>
        ${below}
      </section>
    `;
  }

  #healthFacts(plugin: Plugin): Fact[] {
    const { health } = plugin;
    const started = health.started_at;
    return [
      ["Status", healthPill(plugin)],
      ["Calls", health.calls.toLocaleString()],
      ["Failures", health.failures.toLocaleString()],
      ["Restarts", health.restarts.toLocaleString()],
      ["Crashes", health.deaths.toLocaleString()],
      ["Last call", health.last_call_ms === null ? "–" : `${health.last_call_ms.toFixed(1)} ms`],
      ["Memory", memoryText(plugin) || (plugin.tier === "trusted" ? "Shared with the hub" : "–")],
      ["Process", health.pid ?? "–"],
      ["Started", started ? html`<span title=${exactTime(started)}>${ago(started)}</span>` : "–"],
    ];
  }

  #aboutFacts(plugin: Plugin): Fact[] {
    return [
      ["Id", html`<code>${plugin.id}</code>`],
      ["Version", plugin.version],
      ...(plugin.previous_version === null ? [] : [before(plugin.previous_version)]),
      ["Author", plugin.author || "–"],
      ["Runtime", runtimeName(plugin)],
      ["Installed", plugin.builtin ? "Part of the hub" : exactTime(plugin.installed_at)],
      ["Digest", html`<code>${plugin.digest}</code>`],
    ];
  }

  #permissions(plugin: Plugin) {
    const { asked, granted, scopes } = plugin.permissions;
    if (plugin.tier === "sandboxed") {
      return html`<plugin-permissions .hub=${this.hub} .plugin=${plugin}></plugin-permissions>`;
    }
    return html`
      <section class="card" aria-label="Permissions">
        <h2>Permissions</h2>
        ${asked.length === 0
          ? html`<p class="quiet">A trusted plugin needs none: see below what it can do.</p>`
          : html`<ul class="permissions" role="list">${
            asked.map((permission) =>
              html`
                <li>
                  <code>${permission}</code>
                  ${granted.includes(permission)
                    ? html`<span class="pill good">granted</span>`
                    : html`<span class="pill">asked, not granted</span>`}
                  ${scopes[permission] === undefined
                    ? nothing
                    : html`<span class="quiet small scope">${scopes[permission].words}</span>`}
                </li>
              `
            )
          }</ul>`}
      </section>
    `;
  }

  #brings(plugin: Plugin) {
    const brings = plugin.contributes;
    const groups: [string, string[]][] = [
      ["Hooks", plugin.hooks],
      ["Panels", brings.panels],
      ["Widgets", brings.widgets],
      ["Profile tabs", brings.profile_tabs ?? []],
      ["Settings buttons", brings.settings_buttons ?? []],
      ["Message actions", brings.message_actions ?? []],
      ["Composer buttons", brings.composer_buttons ?? []],
      ["Slash commands", (brings.commands ?? []).map((name) => `/${name}`)],
      ["Style sheets for everybody", brings.styles ?? []],
      ["Scripts in every page", brings.scripts ?? []],
    ];
    const filled = groups.filter(([, names]) => names.length > 0);
    const isEmpty = filled.length === 0 && brings.routes.length === 0;
    return html`
      <section class="card" aria-label="Contributions">
        <h2>Contributions</h2>
        ${isEmpty
          ? html`<p class="quiet">${
            plugin.state === "enabled" ? "None to pages and routes." : "None until it is enabled."
          }</p>`
          : nothing}
        ${filled.map(([title, names]) =>
          html`
            <h3>${title}</h3>
            <div class="chips">${names.map((name) =>
              html`<code class="pill square">${name}</code>`
            )}</div>
          `
        )} ${routeList(brings.routes)}
      </section>
    `;
  }

  #actions(plugin: Plugin) {
    const records = this.hub.href(`/admin/audit?plugin=${encodeURIComponent(plugin.id)}`);
    return html`
      <div class="actions">
        ${plugin.state === "enabled"
          ? html`
            <wa-button size="s" appearance="outlined" ?disabled=${this.#switching.isBusy(plugin)}
              @click=${() => this.#reload(plugin)}>
              <span slot="start">${icon("refresh")}</span>Reload
            </wa-button>
          `
          : nothing}
        ${plugin.previous_version === null ? nothing : html`
          <wa-button size="s" appearance="outlined" ?disabled=${this.#switching.isBusy(plugin)}
            @click=${() => this.#rollBack(plugin)}>Go back to ${plugin.previous_version}</wa-button>
        `}
        <wa-button size="s" appearance="outlined" href=${records}>
          <span slot="start">${icon("audit")}</span>Audit records
        </wa-button>
        <wa-button size="s" appearance="outlined" href=${this.hub.href("/api/v1/openapi.json")}
          target="_blank">API description</wa-button>
        ${plugin.builtin ? nothing : html`
          <wa-button size="s" appearance="outlined" variant="danger"
            @click=${() => this.#remove(plugin)}>Remove</wa-button>
        `}
      </div>
    `;
  }

  async #reload(plugin: Plugin): Promise<void> {
    const { plugins } = this.hub.api;
    const done = `${plugin.name} runs its code as it is now.`;
    await this.#switching.run(plugin, RELOADING, () => plugins.reload(plugin.id), done);
  }

  async #rollBack(plugin: Plugin): Promise<void> {
    const version = plugin.previous_version;
    const sure = await this.renderRoot.querySelector<HubConfirm>("hub-confirm")!.ask({
      title: `Go back to ${plugin.name} ${version}?`,
      text: `Its data and settings stay. ${plugin.version} is kept, so you can return to it.`,
      action: "Yes, go back",
      harmless: true,
    });
    if (!sure) return;
    const { plugins } = this.hub.api;
    const done = `${plugin.name} is ${version} now.`;
    await this.#switching.run(plugin, GOING_BACK, () => plugins.rollback(plugin.id), done);
  }

  async #remove(plugin: Plugin): Promise<void> {
    const confirm = this.renderRoot.querySelector<HubConfirm>("hub-confirm")!;
    try {
      const kept = keptText(await this.hub.api.plugins.kept(plugin.id));
      const sure = await confirm.ask({
        title: `Remove ${plugin.name}?`,
        text: "The plugin is stopped and its files are deleted. Its audit records stay.",
        action: "Yes, remove",
        ...(kept
          ? { choice: { label: "Delete what it stored, for good", hint: `Its ${kept}.` } }
          : {}),
      });
      if (!sure) return;
      await this.hub.api.plugins.remove(plugin.id, confirm.chosen);
      this.hub.say(`${plugin.name} was removed.`, "good");
      this.hub.navigate("/admin/plugins");
    } catch (thrown) {
      this.hub.sayError(thrown);
    }
  }
}

define("page-plugin", PagePlugin);
