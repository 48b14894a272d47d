/** Where one writes: Enter sends, Shift and Enter starts a new line; the draft of a channel stays. */

import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { define } from "../../components/hub_element.ts";
import { icon } from "../../components/icon.ts";
import { base } from "../../styles/shared.ts";

const MAX_LENGTH = 4000;
const WARN_LENGTH = 3700;
const drafts = new Map<string, string>();

export class ChatComposer extends LitElement {
  static override properties = {
    channel: {},
    name: {},
    text: { state: true },
  };
  static override styles = [
    base,
    css`
      :host {
        display: block;
        padding: 0 20px 10px;
      }
      form {
        display: flex;
        align-items: flex-end;
        gap: 6px;
        padding: 5px 5px 5px 12px;
        border: 1px solid var(--hub-line-strong);
        border-radius: var(--hub-radius-large);
        background: var(--hub-raised);
      }
      form:focus-within {
        border-color: var(--wa-color-focus);
        box-shadow: 0 0 0 1px var(--wa-color-focus);
      }
      textarea {
        flex: 1;
        min-width: 0;
        max-height: 40vh;
        height: 34px;
        padding: 6px 0;
        border: 0;
        outline: none;
        resize: none;
        background: none;
        color: inherit;
        font: inherit;
        line-height: 22px;
      }
      /* The frame around field and button shows the focus. */
      textarea:focus-visible {
        outline: none;
      }
      textarea::placeholder {
        color: var(--hub-quiet);
        opacity: 1;
      }
      button {
        display: grid;
        place-items: center;
        width: 34px;
        height: 34px;
        border: 0;
        border-radius: var(--hub-radius);
        background: var(--hub-accent-strong);
        color: var(--hub-on-accent);
        cursor: pointer;
        transition: background 120ms;
      }
      button:disabled {
        background: none;
        color: var(--hub-quiet);
        cursor: default;
      }
      p {
        display: flex;
        justify-content: space-between;
        min-height: 20px;
        padding: 4px 4px 0;
        font-size: 12px;
        line-height: 16px;
        color: var(--hub-quiet);
      }
      .over {
        color: var(--hub-bad);
      }
      @media (max-width: 760px) {
        :host {
          padding: 0 10px max(10px, env(safe-area-inset-bottom));
        }
        .hint {
          display: none;
        }
        p {
          min-height: 0;
        }
        textarea {
          font-size: 16px; /* smaller text makes phones zoom into the field */
        }
      }
    `,
  ];
  declare channel: string;
  declare name: string;
  declare text: string;

  constructor() {
    super();
    this.text = "";
  }

  override focus(): void {
    this.#area?.focus();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("channel")) this.text = drafts.get(this.channel) ?? "";
  }

  override updated(): void {
    const area = this.#area;
    if (!area) return;
    area.style.height = "34px";
    area.style.height = `${area.scrollHeight}px`;
  }

  override render() {
    const over = this.text.length > MAX_LENGTH;
    const count = this.text.length > WARN_LENGTH
      ? html`<span class=${over ? "over" : ""} role="status">
          ${this.text.length} of ${MAX_LENGTH} characters</span>`
      : nothing;
    return html`
      <form @submit=${this.#submit}>
        <textarea
          aria-label="Message"
          placeholder="Message #${this.name}"
          rows="1"
          dir="auto"
          enterkeyhint="send"
          .value=${this.text}
          @input=${this.#input}
          @keydown=${this.#keydown}
        ></textarea>
        <button type="submit" aria-label="Send" ?disabled=${over || !this.text.trim()}>
          ${icon("send")}
        </button>
      </form>
      <p><span class="hint">Enter sends, Shift+Enter starts a new line</span>${count}</p>
    `;
  }

  get #area(): HTMLTextAreaElement | null {
    return this.renderRoot?.querySelector("textarea") ?? null;
  }

  #input = (event: Event): void => {
    this.#write((event.target as HTMLTextAreaElement).value);
  };

  #keydown = (event: KeyboardEvent): void => {
    // Enter also picks a word in an input method; that one is not ours.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#send();
  };

  #submit = (event: Event): void => {
    event.preventDefault();
    this.#send();
    this.focus();
  };

  #send(): void {
    const text = this.text.trim();
    if (!text || this.text.length > MAX_LENGTH) return;
    this.#write("");
    this.dispatchEvent(new CustomEvent("send", { detail: text }));
  }

  #write(text: string): void {
    this.text = text;
    if (text) drafts.set(this.channel, text);
    else drafts.delete(this.channel);
  }
}

define("chat-composer", ChatComposer);
