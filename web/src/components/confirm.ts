/** Asks before something that is more than the click alone says, or cannot be taken back. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import { css, html, LitElement, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { toggle } from "../styles/shared.ts";
import { define } from "./hub_element.ts";

export interface Question {
  title: string;
  text: string;
  action: string;
  /** Something more that may be done along with it; `chosen` then tells whether it is wanted. */
  choice?: { label: string; hint: string };
  /** The action destroys nothing. */
  harmless?: boolean;
}

export class HubConfirm extends LitElement {
  static override properties = { question: { state: true }, open: { state: true } };
  static override styles = [
    toggle,
    css`
      wa-dialog {
        --width: min(420px, calc(100vw - 32px));
      }
      /* Focusing a field that is not valid scrolls whatever can scroll; the body alone may. */
      wa-dialog::part(dialog) {
        overflow: clip;
      }
      wa-dialog::part(title) {
        font-size: 16px;
        font-weight: 640;
      }
      .choice {
        margin-top: 14px;
      }
      label.toggle {
        font-weight: 540;
      }
      .hint {
        margin: 4px 0 0 41px;
        font-size: 13px;
        color: var(--hub-quiet);
        overflow-wrap: anywhere;
      }
    `,
  ];
  declare question: Question;
  declare open: boolean;
  /** Whether the question's choice is taken. */
  chosen = false;
  #answer: (sure: boolean) => void = () => {};

  constructor() {
    super();
    this.question = { title: "", text: "", action: "" };
    this.open = false;
  }

  /** Resolves to true only if the person chose the action. */
  ask(question: Question): Promise<boolean> {
    this.#answer(false);
    this.question = question;
    this.chosen = false;
    this.open = true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#answer = resolve;
    return promise;
  }

  override render() {
    const { title, text, action, choice, harmless } = this.question;
    return html`
      <wa-dialog label=${title} ?open=${this.open} @wa-after-hide=${() => this.#close(false)}>
        ${text} ${choice ? this.#choice(choice) : nothing}
        <wa-button slot="footer" appearance="outlined" @click=${() => this.#close(false)}>
          Cancel
        </wa-button>
        <wa-button slot="footer" variant=${harmless ? "brand" : "danger"}
          @click=${() => this.#close(true)}>
          ${action}
        </wa-button>
      </wa-dialog>
    `;
  }

  #choice(choice: NonNullable<Question["choice"]>) {
    const changed = (event: Event) => {
      this.chosen = (event.target as HTMLInputElement).checked;
    };
    return html`
      <div class="choice">
        <label class="toggle">
        <input
          class="toggle"
          type="checkbox"
          role="switch"
          aria-describedby="hint"
          .checked=${live(this.chosen)}
          @change=${changed}
        >
        ${choice.label}
        </label>
        <p class="hint" id="hint">${choice.hint}</p>
      </div>
    `;
  }

  #close(sure: boolean): void {
    this.open = false;
    this.#answer(sure);
    this.#answer = () => {};
  }
}

define("hub-confirm", HubConfirm);
