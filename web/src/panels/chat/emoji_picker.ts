/** A small field of emoji above the page: found by word, chosen by click or with the arrow keys. */

import { css, html, LitElement, nothing } from "lit";
import { define } from "../../components/hub_element.ts";
import { base } from "../../styles/shared.ts";
import { type Emoji, findEmoji } from "./emoji_data.ts";

const COLUMNS = 8;
const GAP = 6;
const STEPS: Record<string, number> = {
  ArrowRight: 1,
  ArrowLeft: -1,
  ArrowDown: COLUMNS,
  ArrowUp: -COLUMNS,
};

export class ChatEmojiPicker extends LitElement {
  static override properties = { words: { state: true }, at: { state: true } };
  static override styles = [
    base,
    css`
      :host {
        display: contents;
      }
      [popover] {
        position: fixed;
        width: 308px;
        margin: 0;
        padding: 8px;
        border: 1px solid var(--hub-line-strong);
        border-radius: var(--hub-radius-large);
        background: var(--hub-raised);
        color: var(--hub-text);
        box-shadow: var(--hub-shadow);
      }
      input {
        width: 100%;
        height: 34px;
        padding: 0 10px;
        border: 1px solid var(--hub-line-strong);
        border-radius: var(--hub-radius);
        background: var(--hub-page);
        color: inherit;
        font: inherit;
      }
      [role="listbox"] {
        display: grid;
        grid-template-columns: repeat(8, 1fr);
        align-content: start;
        height: 208px;
        margin-top: 8px;
        overflow-y: auto;
      }
      .none {
        position: absolute;
        inset: 62px 8px auto;
        text-align: center;
        color: var(--hub-quiet);
      }
      [role="option"] {
        display: grid;
        place-items: center;
        height: 34px;
        border-radius: var(--hub-radius);
        font-size: 20px;
        line-height: 1;
        cursor: pointer;
        user-select: none;
      }
      [role="option"] {
        font-family: "Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji", sans-serif;
      }
      [role="option"]:hover,
      [role="option"][aria-selected="true"] {
        background: var(--hub-active);
      }
      p {
        grid-column: 1 / -1;
        padding: 20px;
        text-align: center;
        color: var(--hub-quiet);
      }
      @media (max-width: 760px) {
        input {
          font-size: 16px;
        }
      }
    `,
  ];
  declare words: string;
  declare at: number;
  #answer: (emoji: string | null) => void = () => {};

  constructor() {
    super();
    this.words = "";
    this.at = 0;
  }

  /** Open beside an element; resolves to what was chosen, or null. */
  async choose(anchor: Element): Promise<string | null> {
    this.#answer(null);
    this.words = "";
    this.at = 0;
    await this.updateComplete;
    const box = this.#box!;
    box.showPopover();
    this.#stand(box, anchor.getBoundingClientRect());
    this.renderRoot.querySelector("input")!.focus();
    return await new Promise((resolve) => this.#answer = resolve);
  }

  override render() {
    const found = findEmoji(this.words);
    const chosen = Math.min(this.at, found.length - 1);
    return html`
      <div popover="auto" role="dialog" aria-label="Emoji" @toggle=${this.#toggled}>
        <input
          type="search"
          aria-label="Find an emoji"
          placeholder="Find an emoji"
          autocomplete="off"
          aria-controls="found"
          aria-activedescendant="emoji-${chosen}"
          .value=${this.words}
          @input=${this.#typed}
          @keydown=${(event: KeyboardEvent) => this.#key(event, found)}
        >
        <div id="found" role="listbox" aria-label="Emoji" tabindex="-1">${found.map((one, index) =>
          this.#option(one, index, chosen)
        )}</div>
        <p class="none" role="status">${found.length === 0
          ? "No emoji has that name."
          : nothing}</p>
      </div>
    `;
  }

  #option({ emoji, words }: Emoji, index: number, chosen: number) {
    return html`
      <span
        id="emoji-${index}"
        role="option"
        aria-label=${words}
        aria-selected=${index === chosen ? "true" : "false"}
        title=${words}
        @click=${() => this.#pick(emoji)}
      >${emoji}</span>
    `;
  }

  get #box(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>("[popover]");
  }

  #stand(box: HTMLElement, by: DOMRect): void {
    const { width, height } = box.getBoundingClientRect();
    const left = Math.min(by.right - width, innerWidth - width - GAP);
    const above = by.top - height - GAP;
    const top = above > GAP ? above : Math.min(by.bottom + GAP, innerHeight - height - GAP);
    box.style.left = `${Math.max(GAP, left)}px`;
    box.style.top = `${Math.max(GAP, top)}px`;
  }

  #typed = (event: Event): void => {
    this.words = (event.target as HTMLInputElement).value;
    this.at = 0;
  };

  #key(event: KeyboardEvent, found: readonly Emoji[]): void {
    if (event.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      const chosen = found[Math.min(this.at, found.length - 1)];
      if (chosen) this.#pick(chosen.emoji);
      return;
    }
    const step = STEPS[event.key];
    // Left and right go through the field only while there is no text to move in.
    if (!step || (Math.abs(step) === 1 && this.words)) return;
    event.preventDefault();
    this.at = Math.max(0, Math.min(found.length - 1, this.at + step));
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" })
    );
  }

  #pick(emoji: string): void {
    this.#settle(emoji);
    this.#box!.hidePopover();
  }

  #toggled = (event: ToggleEvent): void => {
    if (event.newState === "closed") this.#settle(null);
  };

  #settle(emoji: string | null): void {
    this.#answer(emoji);
    this.#answer = () => {};
  }
}

define("chat-emoji-picker", ChatEmojiPicker);
