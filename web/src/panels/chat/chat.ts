/** The chat panel: channels on one side, the open channel on the other; on a phone one at a time. */

import { html, nothing, type PropertyValues } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { define, HubElement } from "../../components/hub_element.ts";
import { icon } from "../../components/icon.ts";
import { empty, failure, noticeStyles, skeletons } from "../../components/notice.ts";
import type { Channel, Message } from "../../data/types.ts";
import { base } from "../../styles/shared.ts";
import "./channel_header.ts";
import { type ChannelStore, storeFor } from "./channel_store.ts";
import { chatStyles } from "./chat_styles.ts";
import "./conversation.ts";
import type { ChatConversation } from "./conversation.ts";
import "./create_channel.ts";
import type { ChatCreateChannel } from "./create_channel.ts";
import "./thread_panel.ts";
import type { ChatThread } from "./thread_panel.ts";

const phone = matchMedia("(max-width: 760px)");

export class PlexiChat extends HubElement {
  static override styles = [base, noticeStyles, chatStyles];
  #store: ChannelStore | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    const store = this.#store = storeFor(this.hub);
    const seen = () => store.noteSeen();
    const arrange = () => this.requestUpdate();
    document.addEventListener("visibilitychange", seen);
    phone.addEventListener("change", arrange);
    this.whileConnected(
      store.attach(this.hub, { changed: arrange, isReading: () => this.#isReading() }),
      () => document.removeEventListener("visibilitychange", seen),
      () => phone.removeEventListener("change", arrange),
    );
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("hub")) this.#store?.setHub(this.hub);
    this.#chooseChannel();
    const open = this.#channel();
    this.#store?.open(open ?? null);
    this.#nameThePage(open);
  }

  override updated(changed: PropertyValues<this>): void {
    if (!changed.has("route") || !this.route.segments[1] || phone.matches) return;
    const thread = this.renderRoot.querySelector<ChatThread>("chat-thread");
    if (thread) void thread.updateComplete.then(() => thread.focus());
    else this.#focusComposer();
  }

  #focusComposer(): void {
    const conversation = this.#conversation;
    void conversation?.updateComplete.then(() => conversation.focus());
  }

  override render() {
    const channel = this.#channel();
    const inRoom = this.route.segments[1] !== undefined;
    const thread = this.#threadId();
    this.classList.toggle("in-room", inRoom);
    this.classList.toggle("in-thread", channel !== undefined && thread !== null);
    return html`
      <section class="channels" aria-label="Channels">
        <header>
          ${inRoom || !phone.matches ? html`<h2>Channels</h2>` : html`<h1>Channels</h1>`}
          <button type="button" aria-label="New channel" title="New channel" @click=${this.#create}>
            ${icon("plus")}
          </button>
        </header>
        ${this.#channelList()}
      </section>
      ${channel ? this.#room(channel) : this.#noRoom()}
      ${channel && thread ? this.#thread(channel, thread) : nothing}
      <chat-create-channel .hub=${this.hub} @created=${this.#created}></chat-create-channel>
    `;
  }

  #channelList() {
    const { channels, error } = this.#store!;
    if (error && !channels) return failure(error, () => void this.#store!.reload());
    if (!channels) return skeletons(4);
    if (channels.length === 0 && phone.matches) return this.#noChannels();
    const [joined, others] = [true, false].map((mine) =>
      channels.filter((channel) => channel.joined === mine)
    );
    return html`
      <div class="lists">
        ${joined!.length > 0
          ? html`
            <ul role="list">${joined!.map(this.#channelLink)}</ul>
          `
          : nothing}
        ${others!.length > 0
          ? html`
            <h3 id="others">Other channels</h3>
            <ul role="list" aria-labelledby="others">${others!.map(this.#channelLink)}</ul>
          `
          : nothing}
      </div>
    `;
  }

  #channelLink = (channel: Channel) => {
    const unread = channel.unread > 0
      ? html`
        <span class="unread" aria-hidden="true">${channel.unread > 99
          ? "99+"
          : channel.unread}</span>
        <span class="sr">, ${channel.unread} unread</span>
      `
      : nothing;
    return html`
      <li>
        <a
          class=${channel.unread > 0 ? "has-unread" : ""}
          href=${this.hub.href(`/chat/${channel.id}`)}
          aria-current=${channel.id === this.route.segments[1] ? "page" : nothing}
        >${icon("hash")}<span class="ellipsis">${channel.name}</span>${unread}</a>
      </li>
    `;
  };

  #noRoom() {
    if (!this.#store?.channels) return html`<section class="room">${skeletons(7)}</section>`;
    const unknown = this.route.segments[1] !== undefined;
    const content = unknown
      ? empty("search", "There is no such channel", "Choose one in the list.")
      : this.#noChannels();
    return html`<section class="room">${content}</section>`;
  }

  #noChannels() {
    return empty("chat", "No channels yet", "A channel is a place to talk about one thing.", {
      label: "Make the first channel",
      run: this.#create,
    });
  }

  #room(channel: Channel) {
    const room = this.#store!.room(channel.id);
    return html`
      <section class="room" aria-label="Channel ${channel.name}">
        <chat-channel-header .hub=${this.hub} .channel=${channel}></chat-channel-header>
        ${keyed(
          channel.id,
          html`
            <chat-conversation
              .hub=${this.hub}
              .room=${room}
              .timeline=${room.timeline}
              .people=${this.#store!.people}
              label="Messages in ${channel.name}"
              field="Message"
              placeholder="Message #${channel.name}"
              ?joined=${channel.joined}
              @reached-end=${() => this.#store?.noteSeen()}
              @open-thread=${(event: CustomEvent<Message>) =>
                this.hub.navigate(`/chat/${channel.id}/thread/${event.detail.id}`)}
            ></chat-conversation>
          `,
        )}
      </section>
    `;
  }

  #thread(channel: Channel, id: string) {
    const room = this.#store!.thread(channel.id, id);
    return keyed(
      id,
      html`
        <chat-thread
          role="region"
          aria-label="Thread"
          .hub=${this.hub}
          .channel=${channel}
          .room=${room}
          .timeline=${room.timeline}
          .people=${this.#store!.people}
          @keydown=${this.#leaveThread}
        ></chat-thread>
      `,
    );
  }

  /** Escape in the field for answers closes the thread; elsewhere it is for a dialog or a list. */
  #leaveThread = (event: KeyboardEvent): void => {
    const inField = (event.composedPath()[0] as Element).localName === "textarea";
    if (event.key !== "Escape" || event.defaultPrevented || !inField) return;
    this.hub.navigate(`/chat/${this.route.segments[1]}`);
  };

  #threadId(): string | null {
    const [, , kind, id] = this.route.segments;
    return kind === "thread" && id ? id : null;
  }

  #create = (): void => {
    this.renderRoot.querySelector<ChatCreateChannel>("chat-create-channel")!.show();
  };

  #created = (event: CustomEvent<Channel>): void => {
    this.#store!.add(event.detail);
    // The dialog gives the focus back to its button first; whoever made a channel wants to write.
    const write = () => setTimeout(() => this.#focusComposer());
    this.addEventListener("wa-after-hide", write, { once: true });
    this.hub.navigate(`/chat/${event.detail.id}`);
  };

  get #conversation(): ChatConversation | null {
    return this.renderRoot?.querySelector<ChatConversation>("chat-conversation") ?? null;
  }

  #channel(): Channel | undefined {
    const id = this.route.segments[1];
    return this.#store?.channels?.find((channel) => channel.id === id);
  }

  /** Reading means: the page is in front and the end of the open channel is in view. */
  #isReading(): boolean {
    return document.visibilityState === "visible" && (this.#conversation?.atEnd ?? false);
  }

  #chooseChannel(): void {
    const channels = this.#store?.channels ?? [];
    const first = channels.find(({ joined }) => joined) ?? channels[0];
    if (this.route.segments[1] || phone.matches || !first) return;
    queueMicrotask(() => this.hub.navigate(`/chat/${first.id}`, { replace: true }));
  }

  #nameThePage(open: Channel | undefined): void {
    const unread = this.#store?.unread ?? 0;
    const mark = unread > 0 ? `(${unread}) ` : "";
    if (open) this.nameThePage(`${mark}#${open.name}`, "Chat");
    else this.nameThePage(`${mark}Chat`);
  }
}

define("plexi-chat", PlexiChat);
