/** Admin -> Settings: every setting with its value, where it comes from, and a way to change it. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import { css, html, nothing, type PropertyDeclarations } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { define, HubElement } from "../../components/hub_element.ts";
import { empty, failure, noticeStyles, skeletons } from "../../components/notice.ts";
import { Resource } from "../../controllers/resource.ts";
import type { Settings, SettingsButton } from "../../data/types.ts";
import { base, page, pill } from "../../styles/shared.ts";
import { type Group, grouped } from "./group.ts";
import type { SettingChanged } from "./setting.ts";
import "./setting.ts";

export class PageSettings extends HubElement {
  static override properties: PropertyDeclarations = {
    ...HubElement.properties,
    search: { state: true },
  };
  static override styles = [
    base,
    page,
    pill,
    noticeStyles,
    css`
      section {
        margin-bottom: 22px;
      }
      .action {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 16px;
        align-items: center;
        padding: 14px 18px;
      }
      .action + .action {
        border-top: 1px solid var(--hub-line);
      }
      .action p {
        flex: 1 1 240px;
        min-width: 0;
      }
      .action b {
        font-weight: 540;
      }
      .title {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 10px;
        margin: 0 2px 8px;
      }
      .title p {
        flex-basis: 100%;
      }
      h2 {
        color: var(--hub-soft);
        overflow-wrap: anywhere;
      }
      section:not(.plugin) h2 {
        text-transform: capitalize;
      }
      .search {
        flex: 0 1 260px;
      }
      .none {
        padding: 20px 18px;
      }
    `,
  ];
  declare search: string;
  readonly #settings = new Resource<Settings>(this, () => this.hub.api.config.list());

  constructor() {
    super();
    this.search = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.nameThePage("Settings", "Administration");
    const reload = () => void this.#settings.reload();
    const { live } = this.hub;
    this.whileConnected(
      live.on("config.changed", reload),
      live.on("plugin.changed", reload),
      live.on("reset", reload),
    );
    void this.#settings.reload();
  }

  override render() {
    return html`
      <div class="page narrow">
        <header class="head">
          <div>
            <h1>Settings</h1>
            <p class="lead">
              What is set here is kept with the hub. It counts more than the settings file and the
              environment, and less than what was given on the command line.
            </p>
          </div>
          <wa-input class="search" size="s" label="Search" placeholder="Name, key or words" with-clear
            .value=${this.search}
            @input=${(event: Event) => this.search = (event.target as HTMLInputElement).value}
          ></wa-input>
        </header>
        ${this.#content()} ${this.#ofPlugins()}
      </div>
    `;
  }

  #ofPlugins() {
    const buttons = this.hub.ui.settings_buttons;
    if (buttons.length === 0) return nothing;
    return html`
      <section aria-label="Plugin actions">
        <div class="title">
          <h2>Plugin actions</h2>
        </div>
        <div class="card">${buttons.map((button) =>
          html`
            <div class="action">
              <p><b>${button.text || button.label}</b><br /><span class="quiet">${button
                .owner}</span></p>
              <wa-button size="s" appearance="outlined" @click=${() => void this.#press(button)}>
                ${button.label}
              </wa-button>
            </div>
          `
        )}</div>
      </section>
    `;
  }

  async #press(button: SettingsButton): Promise<void> {
    try {
      this.hub.say(await this.hub.api.callRoute(button.route), "good");
    } catch (thrown) {
      this.hub.sayError(thrown);
    }
  }

  #content() {
    const { value, error } = this.#settings;
    if (error) return failure(error, () => void this.#settings.reload());
    if (!value) return html`<div class="card">${skeletons(7)}</div>`;
    if (value.items.length === 0) return empty("settings", "No settings", "None are declared.");
    const groups = grouped(value, this.search);
    if (groups.length === 0) {
      return html`<p class="card none quiet" role="status">No setting matches “${this.search}”.</p>`;
    }
    return repeat(groups, ({ id }) => id, (group) => this.#group(group));
  }

  #group(group: Group) {
    return html`
      <section class=${group.plugin ? "plugin" : ""} aria-label="${group.title} settings">
        <div class="title">
          <h2>${group.title}</h2>
          ${group.plugin
            ? html`
              <a class="pill" href=${this.hub.href(`/admin/plugins/${group.plugin}`)}
              >Plugin ${group.plugin}</a>
            `
            : nothing}
          ${group.doc ? html`<p class="quiet small">${group.doc}</p>` : nothing}
        </div>
        <div class="card">${repeat(group.settings, ({ key }) => key, (setting) =>
          html`
            <hub-setting .hub=${this.hub} .setting=${setting} @changed=${this
              .#changed}></hub-setting>
          `)}</div>
      </section>
    `;
  }

  #changed = ({ before, after }: SettingChanged): void => {
    void this.#settings.reload();
    const { location } = globalThis;
    const was = location.port || (location.protocol === "https:" ? "443" : "80");
    const moved = after.key === "server.port" && after.value !== before.value;
    // This page's own address is no more: it goes along, unless a proxy stands before the hub.
    if (moved && was === String(before.value)) location.port = String(after.value);
  };
}

define("page-settings", PageSettings);
