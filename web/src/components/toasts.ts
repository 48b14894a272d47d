/** Short messages in the corner. In a popover, so that they stand above open dialogs. */

import { css, html, LitElement } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { base } from "../styles/shared.ts";
import type { Tone } from "../context/hub.ts";
import { define } from "./hub_element.ts";
import { icon } from "./icon.ts";

interface Toast {
  id: number;
  text: string;
  tone: Tone;
}

const MAX_SHOWN = 4;
const SHOWN_MS = { good: 4000, info: 6000, bad: 12_000 };
const ICONS = { good: "good", info: "info", bad: "alert" };

export class HubToasts extends LitElement {
  static override properties = { toasts: { state: true } };
  static override styles = [
    base,
    css`
      .stack {
        position: fixed;
        inset: auto 20px 92px auto; /* above what stands at the foot of a page, such as a composer */
        margin: 0;
        border: 0;
        padding: 0;
        background: none;
        width: min(380px, calc(100vw - 32px));
        display: grid;
        gap: 8px;
        color: var(--hub-text);
        overflow: visible;
      }
      .toast {
        display: flex;
        gap: 10px;
        align-items: flex-start;
        padding: 11px 12px 11px 14px;
        border: 1px solid var(--hub-line-strong);
        border-radius: var(--hub-radius-large);
        background: var(--hub-raised);
        box-shadow: var(--hub-shadow);
        font: var(--hub-font);
        animation: rise 160ms ease-out;
      }
      .toast > svg {
        margin-top: 2px;
        color: var(--hub-info);
      }
      .toast.good > svg {
        color: var(--hub-good);
      }
      .toast.bad > svg {
        color: var(--hub-bad);
      }
      p {
        flex: 1;
        min-width: 0;
        overflow-wrap: anywhere;
      }
      button {
        border: 0;
        background: none;
        padding: 2px;
        cursor: pointer;
        color: var(--hub-quiet);
      }
      @keyframes rise {
        from {
          opacity: 0;
          transform: translateY(6px);
        }
      }
      @media (max-width: 760px) {
        .stack {
          inset: auto 16px 76px 16px;
        }
      }
    `,
  ];
  declare toasts: Toast[];
  #next = 0;

  constructor() {
    super();
    this.toasts = [];
  }

  show(text: string, tone: Tone): void {
    const same = this.toasts.filter((toast) => toast.text !== text);
    const toast = { id: ++this.#next, text, tone };
    this.toasts = [...same, toast].slice(-MAX_SHOWN);
    setTimeout(() => this.#drop(toast.id), SHOWN_MS[tone]);
  }

  #drop(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
  }

  override updated(): void {
    const stack = this.renderRoot.querySelector<HTMLElement>(".stack");
    if (!stack) return;
    // Closing and opening again lifts the stack over a dialog that was opened since.
    if (stack.matches(":popover-open")) stack.hidePopover();
    stack.showPopover();
  }

  override render() {
    return html`
      <div class="stack" popover="manual" role="status" aria-live="polite">
        ${repeat(this.toasts, (toast) => toast.id, (toast) =>
          html`
            <div class="toast ${toast.tone}">
              ${icon(ICONS[toast.tone])}
              <p>${toast.text}</p>
              <button type="button" aria-label="Dismiss" @click=${() => this.#drop(toast.id)}>
                ${icon("xmark")}
              </button>
            </div>
          `)}
      </div>
    `;
  }
}

define("hub-toasts", HubToasts);
