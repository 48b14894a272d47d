/** How one message is drawn, with what one can do to it. */

import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import "../../components/blocks.ts";
import { icon } from "../../components/icon.ts";
import { clockTime, dayKey, exactTime, narrowTime, shortDate } from "../../components/time.ts";
import type { Clicked } from "../../data/blocks.ts";
import type { Author, Message, MessageAction, Reaction, User } from "../../data/types.ts";
import { attachments } from "./attachments.ts";
import { markdown } from "../../components/markdown.ts";
import type { MessageRow } from "./rows.ts";
import type { Note, Outgoing } from "./timeline.ts";

const MOST_LENGTH = 4000;

/** Something that a person does to a message. */
export type Deed =
  | { kind: "plugin"; action: MessageAction; message: Message }
  | { kind: "react"; message: Message; emoji: string; on: boolean }
  | { kind: "edit"; message: Message; text: string }
  | { kind: "remove"; message: Message }
  | { kind: "thread"; message: Message }
  | { kind: "resend"; clientId: string }
  | { kind: "discard"; clientId: string }
  | { kind: "click"; message: Message; clicked: Clicked; done: () => void }
  | { kind: "drop-note"; key: string };

export interface View {
  me: User;
  actions: readonly MessageAction[];
  /** The message above the thread that is shown; empty in a channel. */
  thread: string;
  editing: string | null;
  active: string | null;
  perform(deed: Deed): void;
  /** Where a file is read. */
  fileHref(id: string): string;
  chooseEmoji(message: Message, anchor: Element): void;
  setEditing(id: string | null): void;
}

export function messageRow(row: MessageRow, view: View): unknown {
  const id = row.message?.id ?? "";
  const marks = [view.me, view.actions, view.editing === id, view.active === id];
  const parts = [row.message, row.outgoing, row.opensGroup, ...marks];
  return guard(parts, () => drawn(row, view));
}

function drawn(row: MessageRow, view: View): TemplateResult {
  const { author, message } = row;
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
    ? html`<div class="head"><b>${author.display_name}</b>${badge(author)}${time}</div>`
    : html`<span class="sr">${author.display_name}</span>`;
  const classes = [
    row.opensGroup ? "first" : "",
    row.outgoing?.status ?? "",
    message && message.id === view.thread ? "root" : "",
    message && message.id === view.active ? "active" : "",
  ];
  return html`
    <li class="message ${classes.join(" ")}" data-id=${message?.id ?? nothing} data-key=${row.key}>
      <div class="gutter">${side}</div>
      <div class="body">
        ${head} ${words(row, view)} ${interactive(row.message, view)} ${attachments(
          row.files,
          view.fileHref,
        )}
        ${row.outgoing ? sending(row.outgoing, view) : nothing}
        ${message ? below(message, view) : nothing}
      </div>
      ${message && !message.deleted && view.editing !== message.id ? tools(message, view) : nothing}
    </li>
  `;
}

function words(row: MessageRow, view: View): unknown {
  const { message } = row;
  if (message?.deleted) return html`<p class="text deleted">This message was deleted.</p>`;
  if (message && view.editing === message.id) return editor(message, view);
  const mark = message?.edited_at
    ? html`<span class="edited" title=${exactTime(message.edited_at)}>(edited)</span>`
    : nothing;
  // The text of a message with blocks is for lists and notices, where blocks cannot be drawn.
  if (!row.text || message?.blocks.length) return nothing;
  return html`<div class="text">${markdown(row.text, view.me.username)}${mark}</div>`;
}

function badge(author: Author): unknown {
  if (!author.is_plugin) return nothing;
  return html`<span class="badge" title="Written by a plugin, not by a person">App</span>`;
}

function interactive(message: Message | null, view: View): unknown {
  if (!message || message.blocks.length === 0) return nothing;
  const run = (clicked: Clicked) =>
    new Promise<void>((done) => view.perform({ kind: "click", message, clicked, done }));
  return html`
    <hub-blocks
      .blocks=${message.blocks}
      .fileHref=${view.fileHref}
      .run=${run}
      me=${view.me.username}
    ></hub-blocks>
  `;
}

function editor(message: Message, view: View): TemplateResult {
  const cancel = () => view.setEditing(null);
  const save = (area: HTMLTextAreaElement) => {
    const text = area.value.trim();
    if (!text) return;
    // It stays open until the hub has taken the text, so that a refusal loses nothing.
    if (text === message.text) cancel();
    else view.perform({ kind: "edit", message, text });
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      cancel();
    }
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    save(event.target as HTMLTextAreaElement);
  };
  const submitted = (event: Event) => {
    event.preventDefault();
    save((event.target as HTMLFormElement).querySelector("textarea")!);
  };
  return html`
    <form class="editor" @submit=${submitted}>
      <textarea
        aria-label="Edit message"
        maxlength=${MOST_LENGTH}
        rows=${Math.min(8, message.text.split("\n").length)}
        dir="auto"
        .value=${message.text}
        @keydown=${pressed}
      ></textarea>
      <div>
        <button type="submit">Save</button>
        <button type="button" @click=${cancel}>Cancel</button>
        <span class="hint">Enter saves, Escape cancels</span>
      </div>
    </form>
  `;
}

function sending(mine: Outgoing, view: View): unknown {
  if (mine.status === "sending") return nothing;
  const discard = html`
    <button
      type="button"
      @click=${() => view.perform({ kind: "discard", clientId: mine.client_id })}
    >Discard</button>
  `;
  if (mine.status === "waiting") {
    return html`
      <div class="waiting" role="status">
        ${icon("clock")} <span>Not sent yet. Trying again…</span> ${discard}
      </div>
    `;
  }
  return html`
    <div class="failure" role="alert">
      ${icon("alert")} <span>Not sent. ${mine.problem}</span>
      <button
        type="button"
        @click=${() => view.perform({ kind: "resend", clientId: mine.client_id })}
      >Retry</button>
      ${discard}
    </div>
  `;
}

function below(message: Message, view: View): unknown {
  return html`
    ${message.reactions.length > 0
      ? html`<div class="reactions">${
        message.reactions.map((one) => reaction(message, one, view))
      }</div>`
      : nothing}
    ${message.thread && message.id !== view.thread ? threadLink(message, view) : nothing}
  `;
}

/** Who reacted, as one reads it. */
export function reactors({ people, count }: Reaction): string {
  const more = count - people.length;
  const named = more > 0 ? [...people, more === 1 ? "1 other" : `${more} others`] : people;
  return new Intl.ListFormat("en").format(named);
}

function reaction(message: Message, one: Reaction, view: View): TemplateResult {
  const who = reactors(one);
  const { emoji, mine } = one;
  return html`
    <button
      type="button"
      aria-pressed=${mine ? "true" : "false"}
      aria-label="${emoji} ${one.count}: ${who}"
      title=${who}
      @click=${() => view.perform({ kind: "react", message, emoji, on: !mine })}
    ><span aria-hidden="true">${emoji}</span> ${one.count}</button>
  `;
}

function threadLink(message: Message, view: View): TemplateResult {
  const { replies, people, last_reply_at } = message.thread!;
  const faces = people.map(({ display_name, avatar_hue }) =>
    html`<hub-avatar name=${display_name} hue=${avatar_hue} size="20"></hub-avatar>`
  );
  return html`
    <button
      class="thread"
      type="button"
      @click=${() => view.perform({ kind: "thread", message })}
    >
      <span class="faces">${faces}</span>
      <b>${replies === 1 ? "1 reply" : `${replies} replies`}</b>
      <span class="quiet" title=${exactTime(last_reply_at)}>last ${shortTime(last_reply_at)}</span>
    </button>
  `;
}

function shortTime(iso: string): string {
  const today = dayKey(iso) === dayKey(new Date().toISOString());
  return today ? clockTime(iso) : shortDate(iso);
}

function tools(message: Message, view: View): TemplateResult {
  const which = `message of ${message.author.display_name}, ${clockTime(message.created_at)}`;
  const own = message.author.id === view.me.id;
  const tool = (symbol: string, label: string, act: (event: Event) => void) =>
    html`
      <button type="button" title=${label} aria-label="${label}: ${which}" @click=${act}
      >${icon(symbol)}</button>
    `;
  return html`
    <div class="actions">
      ${tool(
        "emoji",
        "React",
        (event) => view.chooseEmoji(message, event.currentTarget as Element),
      )}
      ${view.thread
        ? nothing
        : tool("reply", "Reply in thread", () => view.perform({ kind: "thread", message }))}
      ${own ? tool("edit", "Edit", () => view.setEditing(message.id)) : nothing}
      ${own || view.me.role === "admin"
        ? tool("trash", "Delete", () => view.perform({ kind: "remove", message }))
        : nothing}
      ${view.actions.map((action) =>
        tool(action.icon, action.label, () => view.perform({ kind: "plugin", action, message }))
      )}
    </div>
  `;
}

export function noteRow(note: Note, view: View): TemplateResult {
  return html`
    <li class="note">
      <div role="status">
        <span class="quiet small">Only you can see this</span>
        <button
          type="button"
          aria-label="Dismiss"
          title="Dismiss"
          @click=${() => view.perform({ kind: "drop-note", key: note.key })}
        >${icon("xmark")}</button>
      </div>
      <div class="text">${markdown(note.text, view.me.username)}</div>
    </li>
  `;
}
