/** The tabs of a person's page: the profile itself, and what trusted plugins add. */

import { css, html, LitElement, nothing } from "lit";
import { define } from "../../components/hub_element.ts";
import "../../components/plugin_element.ts";
import type { Hub } from "../../context/hub.ts";
import type { ProfileTab, User } from "../../data/types.ts";
import { base } from "../../styles/shared.ts";

const OWN = "profile";
const STEPS: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 };

function keyOf(tab: ProfileTab): string {
  return `${tab.owner}/${tab.id}`;
}

export class PersonTabs extends LitElement {
  static override properties = {
    hub: { attribute: false },
    person: { attribute: false },
    chosen: { state: true },
  };
  static override styles = [
    base,
    css`
      [role="tablist"] {
        display: flex;
        gap: 4px;
        margin-bottom: 14px;
        border-bottom: 1px solid var(--hub-line);
        overflow-x: auto;
      }
      [role="tab"] {
        min-height: 40px;
        padding: 0 14px;
        border: 0;
        border-bottom: 2px solid transparent;
        background: none;
        color: var(--hub-soft);
        font: inherit;
        font-weight: 540;
        white-space: nowrap;
        cursor: pointer;
      }
      [role="tab"][aria-selected="true"] {
        border-color: var(--hub-accent);
        color: var(--hub-text);
      }
      h1 {
        margin-bottom: 12px;
        font-size: 18px;
      }
      .card {
        padding: 20px 24px;
        border: 1px solid var(--hub-line);
        border-radius: var(--hub-radius-large);
        background: var(--hub-raised);
      }
    `,
  ];
  declare hub: Hub;
  declare person: User;
  declare chosen: string;

  constructor() {
    super();
    this.chosen = OWN;
  }

  override render() {
    const tabs = this.hub.ui.profile_tabs;
    if (tabs.length === 0) return html`<slot></slot>`;
    const current = tabs.find((tab) => keyOf(tab) === this.chosen);
    const names = [[OWN, "Profile"], ...tabs.map((tab) => [keyOf(tab), tab.title])];
    const selected = current ? this.chosen : OWN;
    return html`
      <div role="tablist" aria-label="About ${this.person.display_name}" @keydown=${this.#step}>
        ${names.map(([key, title]) =>
          html`
            <button
              type="button"
              role="tab"
              aria-selected=${key === selected}
              aria-controls=${key === selected ? "panel" : nothing}
              tabindex=${key === selected ? 0 : -1}
              data-key=${key}
              @click=${() => this.chosen = key!}
            >${title}</button>
          `
        )}
      </div>
      <div role="tabpanel" id="panel" tabindex="0" aria-label=${current?.title ?? "Profile"}>
        ${current ? this.#ofPlugin(current) : html`<slot></slot>`}
      </div>
    `;
  }

  #ofPlugin(tab: ProfileTab) {
    return html`
      <div class="card">
        <h1>${this.person.display_name}</h1>
        <hub-plugin-element
          element=${tab.element}
          module=${tab.module}
          .given=${{ hub: this.hub, person: this.person }}
        ></hub-plugin-element>
      </div>
    `;
  }

  #step = async (event: KeyboardEvent): Promise<void> => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const tabs = [...this.renderRoot.querySelectorAll<HTMLElement>("[role=tab]")];
    const at = tabs.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
    const next = tabs[(at + step + tabs.length) % tabs.length]!;
    this.chosen = next.dataset.key!;
    await this.updateComplete;
    next.focus();
  };
}

define("person-tabs", PersonTabs);
