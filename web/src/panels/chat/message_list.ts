/** The messages of the open channel: rows, and where the reader stands among them. */

import { html, LitElement, nothing, type PropertyValues } from "lit";
import { repeat } from "lit/directives/repeat.js";
import "../../components/avatar.ts";
import { define } from "../../components/hub_element.ts";
import { icon } from "../../components/icon.ts";
import { empty, noticeStyles, skeletons } from "../../components/notice.ts";
import type { Message, MessageAction, User } from "../../data/types.ts";
import { base } from "../../styles/shared.ts";
import { attachmentStyles } from "./attachments.ts";
import "./emoji_picker.ts";
import type { ChatEmojiPicker } from "./emoji_picker.ts";
import { messageStyles } from "./message_styles.ts";
import { type Deed, messageRow, noteRow, type View } from "./message_view.ts";
import type { Room } from "./room.ts";
import { buildRows, type Row } from "./rows.ts";
import type { Timeline } from "./timeline.ts";
import { type End, spanOf, stepDown, stepUp } from "./window.ts";

const NEAR_PX = 60;
const OLDER_AT_PX = 300;
const noHover = matchMedia("(hover: none)");

export class ChatMessages extends LitElement {
  static override properties = {
    room: { attribute: false },
    timeline: { attribute: false },
    me: { attribute: false },
    actions: { attribute: false },
    fileHref: { attribute: false },
    label: {},
    thread: {},
    editing: { state: true },
    active: { state: true },
    atBottom: { state: true },
    end: { state: true },
  };
  static override styles = [base, noticeStyles, messageStyles, attachmentStyles];
  declare room: Room;
  declare timeline: Timeline;
  declare me: User;
  declare actions: MessageAction[];
  declare fileHref: (id: string) => string;
  declare label: string;
  /** The message above the thread that is shown; empty in a channel. */
  declare thread: string;
  declare editing: string | null;
  /** The message that was tapped, where there is no pointer to hover with. */
  declare active: string | null;
  declare atBottom: boolean;
  /** Where the window of rows that stand in the page ends. */
  declare end: End;
  #rows: Row[] = [];
  #anchor: { key: string; top: number } | null = null;
  #placed = false;
  readonly #resized = new ResizeObserver(() => this.#keepPlace());

  constructor() {
    super();
    this.atBottom = true;
    this.end = null;
    this.actions = [];
    this.thread = "";
    this.editing = null;
    this.active = null;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
  }

  override firstUpdated(): void {
    this.#resized.observe(this.#scroller!);
    this.#resized.observe(this.renderRoot.querySelector(".content")!);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    this.#rows = buildRows(this.timeline, this.me, this.room.newAfter);
    const moves = changed.has("timeline") || changed.has("end");
    this.#anchor = moves && this.#placed && !this.atBottom ? this.#topmost() : null;
  }

  override updated(changed: PropertyValues<this>): void {
    if (!this.room.loaded || !(changed.has("timeline") || changed.has("end"))) return;
    if (!this.#placed) this.#placeFirst();
    else if (this.atBottom) this.toBottom();
    else if (this.#anchor) this.#keepAnchor(this.#anchor);
    if (this.#placed) this.#slide();
  }

  toBottom(): void {
    this.end = null;
    this.atBottom = true;
    const scroller = this.#scroller;
    if (scroller) scroller.scrollTop = scroller.scrollHeight;
  }

  /** The first message in view, and where it stands. */
  #topmost(): { key: string; top: number } | null {
    const edge = this.#scroller!.getBoundingClientRect().top;
    for (const row of this.renderRoot.querySelectorAll<HTMLElement>("li.message")) {
      const { top, bottom } = row.getBoundingClientRect();
      if (bottom > edge) return { key: row.dataset.key!, top };
    }
    return null;
  }

  #keepAnchor({ key, top }: { key: string; top: number }): void {
    const row = this.renderRoot.querySelector(`li[data-key="${CSS.escape(key)}"]`);
    if (row) this.#scroller!.scrollTop += row.getBoundingClientRect().top - top;
  }

  /** Move the window on, or ask for older messages, where the reader comes near its edge. */
  #slide(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller!;
    const { from, to } = spanOf(this.#rows, this.end);
    if (scrollTop < OLDER_AT_PX) {
      if (from > 0) this.#moveTo(stepUp(this.#rows, this.end));
      else this.dispatchEvent(new Event("older"));
    } else if (to < this.#rows.length && scrollHeight - scrollTop - clientHeight < OLDER_AT_PX) {
      this.#moveTo(stepDown(this.#rows, this.end));
    }
  }

  #moveTo(end: End): void {
    this.atBottom = false;
    this.end = end;
  }

  override render() {
    return html`
      <div
        class="scroller"
        role="log"
        tabindex="0"
        aria-label=${this.label}
        aria-live=${this.#placed && !this.room.loadingOlder ? "polite" : "off"}
        @scroll=${this.#scrolled}
      >
        <div class="content">${this.#content()}</div>
      </div>
      ${this.atBottom ? nothing : this.#jump()}
      <chat-emoji-picker></chat-emoji-picker>
    `;
  }

  /** Edit the last message that this person wrote here. */
  editLast(): void {
    const mine = this.timeline.messages.findLast(({ author, deleted }) =>
      author.id === this.me.id && !deleted
    );
    if (mine) this.edit(mine.id);
  }

  #content() {
    if (!this.room.loaded) return this.room.error ? nothing : skeletons(7);
    if (this.#rows.length === 0) {
      return empty("chat", "Nothing here yet", "Write the first message.");
    }
    const view = this.#view();
    const { from, to } = spanOf(this.#rows, this.end);
    const rows = this.#rows.slice(from, to);
    return html`
      ${this.timeline.hasOlder ? html`<div class="older">Older messages…</div>` : nothing}
      <ol role="list" class="list" aria-label=${this.label} @click=${this.#tapped}>
        ${repeat(rows, (row) => row.key, (row) => this.#row(row, view))}
      </ol>
    `;
  }

  #row(row: Row, view: View) {
    if (row.kind === "day") return html`<li class="day"><span>${row.label}</span></li>`;
    if (row.kind === "new") return html`<li class="new"><span>New messages</span></li>`;
    return row.kind === "note" ? noteRow(row.note, view) : messageRow(row, view);
  }

  #view(): View {
    return {
      me: this.me,
      actions: this.actions,
      thread: this.thread,
      editing: this.editing,
      active: this.active,
      fileHref: this.fileHref,
      perform: (detail) => this.dispatchEvent(new CustomEvent<Deed>("deed", { detail })),
      chooseEmoji: (message, anchor) => void this.#chooseEmoji(message, anchor),
      setEditing: (id) => this.edit(id),
    };
  }

  async #chooseEmoji(message: Message, anchor: Element): Promise<void> {
    const picker = this.renderRoot.querySelector<ChatEmojiPicker>("chat-emoji-picker")!;
    const emoji = await picker.choose(anchor);
    if (!emoji) return;
    const detail: Deed = { kind: "react", message, emoji, on: true };
    this.dispatchEvent(new CustomEvent<Deed>("deed", { detail }));
  }

  /** Open the editor of a message, or close it. */
  edit(id: string | null): void {
    this.editing = id;
    void this.updateComplete.then(() => {
      const area = this.renderRoot.querySelector<HTMLTextAreaElement>(".editor textarea");
      area?.focus();
      area?.setSelectionRange(area.value.length, area.value.length);
      area?.scrollIntoView({ block: "nearest" });
      if (!id) this.dispatchEvent(new Event("edited"));
    });
  }

  #tapped = (event: Event): void => {
    if (!noHover.matches || (event.target as Element).closest("button, a, textarea")) return;
    const id = (event.target as Element).closest<HTMLElement>(".message")?.dataset.id ?? null;
    this.active = id === this.active ? null : id;
  };

  #jump() {
    return html`
      <button class="jump" type="button" @click=${() => this.toBottom()}>
        ${icon("arrow-down")} Latest messages
      </button>
    `;
  }

  get #scroller(): HTMLElement | null {
    return this.renderRoot?.querySelector<HTMLElement>(".scroller") ?? null;
  }

  /** The first time: at the line above what is new if that is further up, else at the end. */
  #placeFirst(): void {
    this.#placed = true;
    const scroller = this.#scroller!;
    this.toBottom();
    const line = this.renderRoot.querySelector<HTMLElement>(".new");
    if (!line) return;
    const above = line.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    if (above < 0) scroller.scrollTop += above - 48;
  }

  #keepPlace(): void {
    if (this.atBottom) this.toBottom();
  }

  #scrolled = (): void => {
    const scroller = this.#scroller!;
    const below = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
    const isLast = spanOf(this.#rows, this.end).to === this.#rows.length;
    this.#note(isLast && below < NEAR_PX);
    this.#slide();
  };

  #note(atBottom: boolean): void {
    if (atBottom === this.atBottom) return;
    this.atBottom = atBottom;
    if (atBottom) this.dispatchEvent(new Event("reached-end"));
  }
}

define("chat-messages", ChatMessages);
