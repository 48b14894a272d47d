/** The messages of the open channel: rows, and where the reader stands among them. */

import { html, LitElement, nothing, type PropertyValues } from "lit";
import { repeat } from "lit/directives/repeat.js";
import "../../components/avatar.ts";
import { define } from "../../components/hub_element.ts";
import { icon } from "../../components/icon.ts";
import { empty, noticeStyles, skeletons } from "../../components/notice.ts";
import { clockTime, exactTime, narrowTime } from "../../components/time.ts";
import type { Author, MessageAction } from "../../data/types.ts";
import { base } from "../../styles/shared.ts";
import { linkify } from "./linkify.ts";
import { messageStyles } from "./message_styles.ts";
import type { Room } from "./room.ts";
import { buildRows, type MessageRow, type Row } from "./rows.ts";
import type { Outgoing, Timeline } from "./timeline.ts";

const NEAR_PX = 60;
const OLDER_AT_PX = 300;

/** A click on an action beside a message. */
export interface Act {
  action: MessageAction;
  message: string;
}

export class ChatMessages extends LitElement {
  static override properties = {
    room: { attribute: false },
    timeline: { attribute: false },
    me: { attribute: false },
    actions: { attribute: false },
    label: {},
    atBottom: { state: true },
  };
  static override styles = [base, noticeStyles, messageStyles];
  declare room: Room;
  declare timeline: Timeline;
  declare me: Author;
  declare actions: MessageAction[];
  declare label: string;
  declare atBottom: boolean;
  #oldest = 0;
  #fromEnd = 0;
  #placed = false;
  readonly #resized = new ResizeObserver(() => this.#keepPlace());

  constructor() {
    super();
    this.atBottom = true;
    this.actions = [];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
  }

  override firstUpdated(): void {
    this.#resized.observe(this.#scroller!);
    this.#resized.observe(this.renderRoot.querySelector(".content")!);
  }

  override willUpdate(): void {
    const scroller = this.#scroller;
    if (scroller) this.#fromEnd = scroller.scrollHeight - scroller.scrollTop;
  }

  override updated(changed: PropertyValues<this>): void {
    if (!changed.has("timeline") || !this.room.loaded) return;
    const oldest = this.timeline.messages[0]?.seq ?? 0;
    const grewAbove = this.#placed && oldest < this.#oldest;
    this.#oldest = oldest;
    if (!this.#placed) this.#placeFirst();
    else if (this.atBottom) this.toBottom();
    else if (grewAbove) this.#scroller!.scrollTop = this.#scroller!.scrollHeight - this.#fromEnd;
  }

  toBottom(): void {
    const scroller = this.#scroller;
    if (scroller) scroller.scrollTop = scroller.scrollHeight;
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
    `;
  }

  #content() {
    if (!this.room.loaded) return this.room.error ? nothing : skeletons(7);
    const rows = buildRows(this.timeline, this.me, this.room.newAfter);
    if (rows.length === 0) return empty("chat", "Nothing here yet", "Write the first message.");
    return html`
      ${this.timeline.hasOlder ? html`<div class="older">Older messages…</div>` : nothing}
      <ol role="list" aria-label=${this.label}>
        ${repeat(rows, (row) => row.key, (row) => this.#row(row))}
      </ol>
    `;
  }

  #row(row: Row) {
    if (row.kind === "day") return html`<li class="day"><span>${row.label}</span></li>`;
    if (row.kind === "new") return html`<li class="new"><span>New messages</span></li>`;
    return this.#message(row);
  }

  #message(row: MessageRow) {
    const { author } = row;
    const time = html`
      <time datetime=${row.created_at} title=${exactTime(row.created_at)}>
        ${clockTime(row.created_at)}</time>
    `;
    const side = row.opensGroup
      ? html`
        <hub-avatar name=${author.display_name} hue=${author.avatar_hue} size="34"></hub-avatar>
      `
      : html`<time aria-hidden="true">${narrowTime(row.created_at)}</time>`;
    const head = row.opensGroup
      ? html`<div class="head"><b>${author.display_name}</b>${time}</div>`
      : html`<span class="sr">${author.display_name}</span>`;
    return html`
      <li class="message ${row.opensGroup ? "first" : ""} ${row.outgoing?.status ?? ""}">
        <div class="gutter">${side}</div>
        <div class="body">
          ${head}
          <p class="text" dir="auto">${linkify(row.text).map(this.#piece)}</p>
          ${row.outgoing?.status === "failed" ? this.#failed(row.outgoing) : nothing}
        </div>
        ${row.id && this.actions.length > 0 ? this.#actions(row.id, row) : nothing}
      </li>
    `;
  }

  #actions(message: string, { author, created_at }: MessageRow) {
    const which = `${author.display_name}, ${clockTime(created_at)}`;
    return html`
      <div class="actions">${this.actions.map((action) =>
        html`
          <button
            type="button"
            title=${action.label}
            aria-label="${action.label}: message of ${which}"
            @click=${() =>
              this.dispatchEvent(new CustomEvent<Act>("act", { detail: { action, message } }))}
          >${icon(action.icon)}</button>
        `
      )}</div>
    `;
  }

  #piece = (piece: { text: string; href: string | null }) =>
    piece.href
      ? html`<a href=${piece.href} target="_blank" rel="noopener noreferrer">${piece.text}</a>`
      : piece.text;

  #failed(mine: Outgoing) {
    return html`
      <div class="failure" role="alert">
        ${icon("alert")} <span>Not sent. ${mine.problem}</span>
        <button type="button" @click=${() => this.#ask("resend", mine)}>Retry</button>
        <button type="button" @click=${() => this.#ask("discard", mine)}>Discard</button>
      </div>
    `;
  }

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
    this.#note(below < NEAR_PX);
    if (scroller.scrollTop < OLDER_AT_PX) this.dispatchEvent(new Event("older"));
  };

  #note(atBottom: boolean): void {
    if (atBottom === this.atBottom) return;
    this.atBottom = atBottom;
    if (atBottom) this.dispatchEvent(new Event("reached-end"));
  }

  #ask(name: "resend" | "discard", mine: Outgoing): void {
    this.dispatchEvent(new CustomEvent(name, { detail: mine.client_id }));
  }
}

define("chat-messages", ChatMessages);
