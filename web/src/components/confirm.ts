/** Asks before something that cannot be taken back. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import { css, html, LitElement } from "lit";
import { define } from "./hub_element.ts";

interface Question {
  title: string;
  text: string;
  action: string;
}

export class HubConfirm extends LitElement {
  static override properties = { question: { state: true }, open: { state: true } };
  static override styles = css`
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
  `;
  declare question: Question;
  declare open: boolean;
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
    this.open = true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#answer = resolve;
    return promise;
  }

  override render() {
    const { title, text, action } = this.question;
    return html`
      <wa-dialog label=${title} ?open=${this.open} @wa-after-hide=${() => this.#close(false)}>
        ${text}
        <wa-button slot="footer" appearance="outlined" @click=${() => this.#close(false)}>
          Cancel
        </wa-button>
        <wa-button slot="footer" variant="danger" @click=${() => this.#close(true)}>
          ${action}
        </wa-button>
      </wa-dialog>
    `;
  }

  #close(sure: boolean): void {
    this.open = false;
    this.#answer(sure);
    this.#answer = () => {};
  }
}

define("hub-confirm", HubConfirm);
