/** The account menu: who is signed in, the theme, the way out. */

import "@awesome.me/webawesome/dist/components/dropdown/dropdown.js";
import "@awesome.me/webawesome/dist/components/dropdown-item/dropdown-item.js";
import { css, html, LitElement } from "lit";
import { define } from "../components/hub_element.ts";
import { icon } from "../components/icon.ts";
import "../components/avatar.ts";
import type { Hub } from "../context/hub.ts";
import { chooseTheme, currentTheme, type Theme } from "../controllers/theme.ts";
import { base } from "../styles/shared.ts";

const THEMES: [Theme, string, string][] = [
  ["system", "System theme", "monitor"],
  ["light", "Light theme", "sun"],
  ["dark", "Dark theme", "moon"],
];

export class HubAccount extends LitElement {
  static override properties = {
    hub: { attribute: false },
    compact: { type: Boolean },
    theme: { state: true },
  };
  static override styles = [
    base,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      button {
        display: flex;
        align-items: center;
        gap: 10px;
        width: 100%;
        padding: 6px 8px;
        border: 0;
        border-radius: var(--hub-radius);
        background: none;
        text-align: start;
        cursor: pointer;
      }
      button:hover {
        background: var(--hub-hover);
      }
      .who {
        display: grid;
        flex: 1;
        min-width: 0;
        line-height: 1.25;
      }
      .who b {
        font-weight: 560;
      }
      .who span {
        font-size: 12px;
        color: var(--hub-quiet);
      }
      :host([compact]) .who,
      :host([compact]) button > svg {
        display: none;
      }
      :host([compact]) button {
        padding: 6px;
      }
      hr {
        border: 0;
        border-top: 1px solid var(--hub-line);
        margin: 4px 0;
      }
    `,
  ];
  declare hub: Hub;
  declare compact: boolean;
  declare theme: Theme;

  constructor() {
    super();
    this.compact = false;
    this.theme = currentTheme();
  }

  override render() {
    const user = this.hub.user;
    return html`
      <wa-dropdown
        placement=${this.compact ? "bottom-end" : "top-start"}
        size="s"
        @wa-select=${this.#select}
      >
        <button slot="trigger" type="button">
          <span class="sr">Account:</span>
          <hub-avatar name=${user.display_name} hue=${user.avatar_hue} size="30"></hub-avatar>
          <span class="who">
            <b class="ellipsis">${user.display_name}</b>
            <span class="ellipsis">@${user.username}</span>
          </span>
          ${icon("ellipsis")}
        </button>
        <wa-dropdown-item value="profile">
          <span slot="icon">${icon("user")}</span>Your profile
        </wa-dropdown-item>
        <hr aria-hidden="true" />
        ${THEMES.map(this.#themeItem)}
        <hr aria-hidden="true" />
        <wa-dropdown-item value="sign-out">
          <span slot="icon">${icon("sign-out")}</span>Sign out
        </wa-dropdown-item>
      </wa-dropdown>
    `;
  }

  #themeItem = ([value, label, symbol]: [Theme, string, string]) =>
    html`
      <wa-dropdown-item type="checkbox" value=${value} .checked=${this.theme === value}>
        <span slot="icon">${icon(symbol)}</span>${label}
      </wa-dropdown-item>
    `;

  #select = (event: CustomEvent<{ item: { value: string } }>): void => {
    const value = event.detail.item.value;
    if (value === "profile") this.hub.navigate(`/people/${this.hub.user.id}`);
    else if (value === "sign-out") {
      this.dispatchEvent(new Event("sign-out", { bubbles: true, composed: true }));
    } else this.#choose(value as Theme);
  };

  #choose(theme: Theme): void {
    try {
      chooseTheme(theme);
    } catch (thrown) {
      this.hub.sayError(thrown);
    }
    this.theme = theme;
    // Unchanged properties would leave a second tick where the person clicked.
    for (const item of this.renderRoot.querySelectorAll("wa-dropdown-item")) {
      if (item.type === "checkbox") item.checked = item.value === theme;
    }
  }
}

define("hub-account", HubAccount);
