/**
 * Where one writes: Enter sends, Shift and Enter starts a new line; the draft of a place stays.
 *
 * Plugins add buttons, which may change the draft, and commands, which are suggested after a slash.
 */

import { html, LitElement, nothing, type PropertyValues } from "lit";
import { define } from "../../components/hub_element.ts";
import { icon } from "../../components/icon.ts";
import type { Api } from "../../data/api.ts";
import type { Attachment, Author, Command, ComposerButton } from "../../data/types.ts";
import { progressStyles } from "../../components/progress.ts";
import { base } from "../../styles/shared.ts";
import { composerStyles } from "./composer_styles.ts";
import "./emoji_picker.ts";
import type { ChatEmojiPicker } from "./emoji_picker.ts";
import { isCommand, suggest, type Suggestion, type Suggestions } from "./suggestions.ts";
import { Tray } from "./tray.ts";
import { trayStyles, trayView } from "./tray_view.ts";

const MAX_LENGTH = 4000;
const WARN_LENGTH = 3700;
const drafts = new Map<string, string>();
const trays = new Map<string, Tray>();

/** What is sent: a text, files, or both. */
export interface Draft {
  text: string;
  files: Attachment[];
}

/** A click on a plugin's button; `write` puts a text into the field. */
export interface Press {
  button: ComposerButton;
  draft: string;
  write: (text: string) => void;
}

export class ChatComposer extends LitElement {
  static override properties = {
    place: {},
    label: {},
    placeholder: {},
    commands: { attribute: false },
    people: { attribute: false },
    buttons: { attribute: false },
    files: { attribute: false },
    mostMb: { attribute: false },
    dragging: { state: true },
    text: { state: true },
    offered: { state: true },
    at: { state: true },
  };
  static override styles = [base, progressStyles, composerStyles, trayStyles];
  /** Whose draft it is: a channel or a thread. */
  declare place: string;
  declare label: string;
  declare placeholder: string;
  declare commands: readonly Command[];
  declare people: readonly Author[];
  declare buttons: readonly ComposerButton[];
  /** Where files are uploaded to. */
  declare files: Api["files"];
  /** How large a file may be, in MiB. */
  declare mostMb: number;
  declare dragging: boolean;
  declare text: string;
  declare offered: Suggestions | null;
  declare at: number;

  constructor() {
    super();
    this.label = "Message";
    this.placeholder = "";
    this.commands = [];
    this.people = [];
    this.buttons = [];
    this.mostMb = 25;
    this.dragging = false;
    this.text = "";
    this.offered = null;
    this.at = 0;
  }

  override focus(): void {
    this.#area?.focus();
  }

  /** Put a text into a place's field, unless something else was written there meanwhile. */
  restore(place: string, text: string): void {
    if (drafts.get(place)) return;
    drafts.set(place, text);
    if (place === this.place) this.text = text;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("place")) return;
    const before = changed.get("place");
    if (before) this.#trayOf(before).changed = () => {};
    this.#tray.changed = () => this.requestUpdate();
    this.text = drafts.get(this.place) ?? "";
    this.offered = null;
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
      ${this.offered ? this.#suggestions(this.offered) : nothing}
      <form
        class=${this.dragging ? "dragging" : ""}
        @submit=${this.#submit}
        @dragover=${this.#dragOver}
        @dragleave=${() => this.dragging = false}
        @drop=${this.#dropped}
      >
        ${trayView(this.#tray)}
        <input
          id="files"
          type="file"
          multiple
          hidden
          @change=${this.#chosen}
        >
        <button
          type="button"
          aria-label="Attach files"
          title="Attach files"
          @click=${() => this.renderRoot.querySelector<HTMLInputElement>("#files")!.click()}
        >${icon("attach")}</button>
        <textarea
          aria-label=${this.label}
          placeholder=${this.placeholder}
          rows="1"
          dir="auto"
          enterkeyhint="send"
          aria-autocomplete="list"
          aria-controls=${this.offered ? "suggestions" : nothing}
          aria-activedescendant=${this.offered ? `suggestion-${this.at}` : nothing}
          .value=${this.text}
          @input=${this.#input}
          @keydown=${this.#keydown}
          @blur=${this.#close}
          @paste=${this.#pasted}
        ></textarea>
        ${this.buttons.map(this.#button)}
        <button type="button" aria-label="Emoji" title="Emoji" @click=${this.#emoji}>
          ${icon("emoji")}
        </button>
        <button type="submit" aria-label="Send" ?disabled=${over || !this.#canSend}>
          ${icon("send")}
        </button>
      </form>
      <p class="below">
        <span class="hint">Enter sends, Shift+Enter starts a new line, / for commands</span>${count}
      </p>
      <chat-emoji-picker></chat-emoji-picker>
    `;
  }

  #button = (button: ComposerButton) =>
    html`
      <button
        type="button"
        aria-label=${button.label}
        title=${button.label}
        @click=${() => this.#press(button)}
      >${icon(button.icon)}</button>
    `;

  #suggestions({ items }: Suggestions) {
    return html`
      <ul class="suggestions" id="suggestions" role="listbox" aria-label="Suggestions">
        ${items.map((item, index) =>
          html`
            <li
              id="suggestion-${index}"
              role="option"
              aria-selected=${index === this.at ? "true" : "false"}
              @mousedown=${(event: Event) => event.preventDefault()}
              @click=${() => this.#take(item)}
            ><b>${item.label}</b><span class="ellipsis">${item.detail}</span></li>
          `
        )}
      </ul>
    `;
  }

  get #area(): HTMLTextAreaElement | null {
    return this.renderRoot?.querySelector("textarea") ?? null;
  }

  #input = (event: Event): void => {
    const area = event.target as HTMLTextAreaElement;
    this.#write(area.value);
    this.offered = suggest(area.value, area.selectionStart, this.commands, this.people);
    this.at = 0;
  };

  #close = (): void => {
    this.offered = null;
  };

  #keydown = (event: KeyboardEvent): void => {
    // Enter also picks a word in an input method; that one is not ours.
    if (event.isComposing) return;
    if (this.offered && this.#choose(event, this.offered)) return event.preventDefault();
    if (event.key === "ArrowUp" && this.text === "") {
      event.preventDefault();
      this.dispatchEvent(new Event("edit-last"));
    }
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    this.#send();
  };

  /** Whether a key was for the suggestions. */
  #choose({ key, shiftKey }: KeyboardEvent, { items, from, to }: Suggestions): boolean {
    const chosen = items[this.at]!;
    // What is typed in full already is sent by Enter, not taken once more.
    const typed = this.text.slice(from, to) === chosen.value.trimEnd();
    if (key === "ArrowDown") this.at = (this.at + 1) % items.length;
    else if (key === "ArrowUp") this.at = (this.at + items.length - 1) % items.length;
    else if (key === "Escape") this.offered = null;
    else if (key === "Tab" && !shiftKey) this.#take(chosen);
    else if (key === "Enter" && !shiftKey && !typed) this.#take(chosen);
    else return false;
    return true;
  }

  #take({ value }: Suggestion): void {
    const { from, to } = this.offered!;
    this.offered = null;
    this.#replace(from, to, value);
  }

  #replace(from: number, to: number, text: string): void {
    this.#write(this.text.slice(0, from) + text + this.text.slice(to));
    void this.updateComplete.then(() => {
      this.focus();
      this.#area?.setSelectionRange(from + text.length, from + text.length);
    });
  }

  #emoji = async (event: Event): Promise<void> => {
    const area = this.#area!;
    const { selectionStart, selectionEnd } = area;
    const picker = this.renderRoot.querySelector<ChatEmojiPicker>("chat-emoji-picker")!;
    const emoji = await picker.choose(event.currentTarget as Element);
    if (emoji) this.#replace(selectionStart, selectionEnd, emoji);
  };

  #press(button: ComposerButton): void {
    const place = this.place;
    const draft = this.text;
    const write = (text: string) => {
      if (place === this.place && this.text === draft) this.#write(text);
    };
    this.dispatchEvent(new CustomEvent<Press>("press", { detail: { button, draft, write } }));
  }

  #submit = (event: Event): void => {
    event.preventDefault();
    this.#send();
    this.focus();
  };

  #send(): void {
    const text = this.text.trim();
    if (!this.#canSend || this.text.length > MAX_LENGTH) return;
    this.offered = null;
    this.#write("");
    if (isCommand(text)) {
      this.dispatchEvent(new CustomEvent<string>("command", { detail: text }));
      return; // files wait for a message
    }
    const detail = { text, files: this.#tray.take() };
    this.dispatchEvent(new CustomEvent<Draft>("send", { detail }));
  }

  /** Whether there is something to send, and all of it is uploaded. */
  get #canSend(): boolean {
    if (isCommand(this.text.trim())) return true;
    return this.#tray.isReady && (this.text.trim() !== "" || this.#tray.uploads.length > 0);
  }

  get #tray(): Tray {
    return this.#trayOf(this.place);
  }

  #trayOf(place: string): Tray {
    const known = trays.get(place) ?? new Tray(this.files);
    trays.set(place, known);
    return known;
  }

  #attach(files: Iterable<File>): void {
    this.#tray.add([...files], this.mostMb);
    this.focus();
  }

  #chosen = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    this.#attach(input.files ?? []);
    input.value = ""; // the same file may be chosen again
  };

  #pasted = (event: ClipboardEvent): void => {
    const files = event.clipboardData?.files;
    if (!files?.length) return;
    event.preventDefault();
    this.#attach(files);
  };

  #dragOver = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.dragging = true;
  };

  #dropped = (event: DragEvent): void => {
    this.dragging = false;
    const files = event.dataTransfer?.files;
    if (!files?.length) return;
    event.preventDefault();
    this.#attach(files);
  };

  #write(text: string): void {
    this.text = text;
    if (text) drafts.set(this.place, text);
    else drafts.delete(this.place);
  }
}

define("chat-composer", ChatComposer);
