/** Shows a plugin's author, on whatever page, what is wrong with what they just saved. */

import { css, html, LitElement, nothing } from "lit";
import { define } from "../components/hub_element.ts";
import { icon } from "../components/icon.ts";
import type { Hub } from "../context/hub.ts";
import { Resource } from "../controllers/resource.ts";
import type { Problem, Save } from "../data/development.ts";
import type { Page } from "../data/types.ts";
import { base } from "../styles/shared.ts";

export class HubDevelopment extends LitElement {
  static override properties = { hub: { attribute: false }, dismissed: { state: true } };
  static override styles = [
    base,
    css`
      section {
        position: fixed;
        inset: auto 0 16px;
        margin: 0 auto;
        width: min(720px, calc(100vw - 24px));
        max-height: min(60vh, 460px);
        overflow: auto;
        padding: 12px 14px 14px;
        border: 1px solid var(--hub-bad);
        border-radius: var(--hub-radius-large);
        background: var(--hub-raised);
        color: var(--hub-text);
        box-shadow: var(--hub-shadow);
        font: var(--hub-font);
      }
      .head {
        display: flex;
        gap: 10px;
        align-items: center;
        margin-bottom: 6px;
      }
      .head svg {
        color: var(--hub-bad);
      }
      h2 {
        flex: 1;
        min-width: 0;
        font-size: 14px;
      }
      button {
        border: 0;
        padding: 4px;
        background: none;
        color: var(--hub-quiet);
        cursor: pointer;
      }
      .message {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      pre {
        margin: 10px 0 0;
        padding: 10px 12px;
        overflow: auto;
        border-radius: var(--hub-radius);
        background: var(--hub-sunken);
        font: 12.5px/1.55 var(--hub-mono);
      }
      pre .meant {
        color: var(--hub-bad);
        font-weight: 600;
      }
      .next {
        margin-top: 8px;
      }
    `,
  ];
  declare hub: Hub;
  /** What was put away: it comes back with the next save that is wrong. */
  declare dismissed: Save[];
  readonly #saves = new Resource<Page<Save>>(this, () => this.hub.api.development.saves());
  #undo: (() => void)[] = [];

  constructor() {
    super();
    this.dismissed = [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const ask = () => void this.#saves.reload();
    const { live } = this.hub;
    this.#undo = [live.on("development.changed", ask), live.on("reset", ask)];
    ask();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const undo of this.#undo.splice(0)) undo();
  }

  override updated(): void {
    const shown = this.renderRoot.querySelector<HTMLElement>("section");
    // In the top layer, so that no open dialog hides it; it takes no focus from what one types.
    if (shown && !shown.matches(":popover-open")) shown.showPopover();
  }

  override render() {
    const wrong = (this.#saves.value?.items ?? []).filter((save) =>
      save.problem && !this.dismissed.includes(save)
    );
    const last = wrong.at(-1);
    return last ? this.#problem(last, last.problem!) : nothing;
  }

  #problem(save: Save, problem: Problem) {
    const where = problem.where || save.source;
    return html`
      <section popover="manual" role="alert" aria-label=${`${save.id} is broken`} tabindex="0">
        <div class="head">
          ${icon("alert")}
          <h2>${save.id}: <code>${where}</code></h2>
          <button type="button" aria-label="Dismiss" @click=${() => this.#dismiss(save)}>
            ${icon("xmark")}
          </button>
        </div>
        <p class="message">${problem.message}</p>
        ${problem.lines.length === 0
          ? nothing
          : html`<pre>${
            problem.lines.map((line) =>
              html`<div class=${line.startsWith(">") ? "meant" : ""}>${line}</div>`
            )
          }</pre>`}
        ${problem.next ? html`<p class="next quiet">${problem.next}</p>` : nothing}
      </section>
    `;
  }

  #dismiss(save: Save): void {
    this.dismissed = [save];
  }
}

define("hub-development", HubDevelopment);
