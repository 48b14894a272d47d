/** A dialog with one form: opens, sends, shows what failed, closes, and tells `created`. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { Hub } from "../context/hub.ts";
import { type ApiError, asApiError } from "../data/error.ts";
import { base, choice } from "../styles/shared.ts";
import { failure, noticeStyles } from "./notice.ts";

export abstract class FormDialog extends LitElement {
  static override properties = {
    hub: { attribute: false },
    open: { state: true },
    error: { state: true },
    busy: { state: true },
  };
  static override styles = [
    base,
    choice,
    noticeStyles,
    css`
      .stack {
        display: grid;
        gap: 16px;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 8px;
        margin-top: 4px;
      }
      wa-dialog {
        --width: min(460px, calc(100vw - 32px));
        --spacing: 22px;
      }
      /* Focusing a field that is not valid scrolls whatever can scroll; the body alone may. */
      wa-dialog::part(dialog) {
        overflow: clip;
      }
      wa-dialog::part(title) {
        font-size: 16px;
        font-weight: 640;
      }
    `,
  ];
  declare hub: Hub;
  declare open: boolean;
  declare error: ApiError | null;
  declare busy: boolean;
  abstract readonly heading: string;
  abstract readonly action: string;

  constructor() {
    super();
    this.open = false;
    this.error = null;
    this.busy = false;
  }

  /** The form's fields. */
  abstract fields(): TemplateResult;
  /** Send the form. What comes back is told as the detail of `created`. */
  abstract submit(values: Record<string, string>): Promise<unknown>;

  show(): void {
    this.error = null;
    this.open = true;
  }

  override render() {
    return html`
      <wa-dialog label=${this.heading} ?open=${this.open} @wa-after-hide=${this.#hidden}>
        ${this.open ? this.#form() : nothing}
      </wa-dialog>
    `;
  }

  #form() {
    return html`
      <form class="stack" @submit=${this.#submit}>
        ${this.fields()} ${this.error ? failure(this.error) : nothing}
        <div class="actions">
          <wa-button appearance="outlined" @click=${this.#close}>Cancel</wa-button>
          <wa-button type="submit" variant="brand" ?loading=${this.busy}>${this.action}</wa-button>
        </div>
      </form>
    `;
  }

  #close = (): void => {
    this.open = false;
  };

  #hidden = (event: Event): void => {
    // Selects inside the dialog tell the same event when they close.
    if (event.target === event.currentTarget) this.open = false;
  };

  #submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    try {
      const detail = await this.submit(readForm(event.currentTarget as HTMLFormElement));
      this.open = false;
      this.dispatchEvent(new CustomEvent("created", { detail }));
    } catch (thrown) {
      this.error = asApiError(thrown);
    } finally {
      this.busy = false;
    }
  };
}

/** The text fields of a form by name. */
export function readForm(form: HTMLFormElement): Record<string, string> {
  const entries = [...new FormData(form).entries()];
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}
