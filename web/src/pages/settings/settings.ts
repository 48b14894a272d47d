/** Admin -> Settings: every setting with its value, where it comes from, and a way to change it. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import { css, html, nothing } from "lit";
import { define, HubElement } from "../../components/hub_element.ts";
import { empty, failure, noticeStyles, skeletons } from "../../components/notice.ts";
import { Resource } from "../../controllers/resource.ts";
import type { Page, Setting, SettingsButton } from "../../data/types.ts";
import { base, page } from "../../styles/shared.ts";
import "./setting.ts";
import { grouped } from "./value.ts";

export class PageSettings extends HubElement {
  static override styles = [
    base,
    page,
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
      h2 {
        margin: 0 2px 8px;
        color: var(--hub-soft);
        text-transform: capitalize;
      }
    `,
  ];
  readonly #settings = new Resource<Page<Setting>>(this, () => this.hub.api.config.list());

  override connectedCallback(): void {
    super.connectedCallback();
    this.nameThePage("Settings", "Administration");
    this.whileConnected(this.hub.live.on("reset", () => void this.#settings.reload()));
    void this.#settings.reload();
  }

  override render() {
    return html`
      <div class="page narrow">
        <header class="head">
          <div>
            <h1>Settings</h1>
            <p class="lead">
              A value set here is stored with the hub. One given by a flag or the environment wins
              over it.
            </p>
          </div>
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
        <h2>Plugin actions</h2>
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
    return grouped(value.items).map(([group, settings]) =>
      html`
        <section aria-label="${group} settings">
          <h2>${group}</h2>
          <div class="card">${settings.map((setting) =>
            html`
              <hub-setting
                .hub=${this.hub}
                .setting=${setting}
                @changed=${() => void this.#settings.reload()}
              ></hub-setting>
            `
          )}</div>
        </section>
      `
    );
  }
}

define("page-settings", PageSettings);
