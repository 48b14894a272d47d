/** The chat panel: channels on one side, the open channel on the other; on a phone one at a time. */

import { html, nothing, type PropertyValues } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { define, HubElement } from "../../components/hub_element.ts";
import { icon } from "../../components/icon.ts";
import { empty, failure, noticeStyles, skeletons } from "../../components/notice.ts";
import type { Channel, Message } from "../../data/types.ts";
import { base } from "../../styles/shared.ts";
import { ChannelStore } from "./channel_store.ts";
import { chatStyles } from "./chat_styles.ts";
import "./composer.ts";
import type { ChatComposer } from "./composer.ts";
import "./create_channel.ts";
import type { ChatCreateChannel } from "./create_channel.ts";
import "./message_list.ts";
import type { Act, ChatMessages } from "./message_list.ts";
import type { Room } from "./room.ts";

const phone = matchMedia("(max-width: 760px)");

export class PlexiChat extends HubElement {
  static override styles = [base, noticeStyles, chatStyles];
  #store: ChannelStore | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#store = new ChannelStore(this.hub, () => this.requestUpdate(), () => this.#isReading());
    const { live } = this.hub;
    const seen = () => this.#store?.noteSeen();
    const arrange = () => this.requestUpdate();
    document.addEventListener("visibilitychange", seen);
    phone.addEventListener("change", arrange);
    this.whileConnected(
      live.on<{ message: Message }>("message.posted", ({ message }) => this.#store?.hear(message)),
      live.on<{ channel: Channel }>("channel.created", ({ channel }) => this.#store?.add(channel)),
      live.on("reset", () => void this.#store?.refresh()),
      () => document.removeEventListener("visibilitychange", seen),
      () => phone.removeEventListener("change", arrange),
    );
    void this.#store.refresh();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("hub")) this.#store?.setHub(this.hub);
    this.#chooseChannel();
    const open = this.#channel();
    this.#store?.open(open ?? null);
    this.#nameThePage(open);
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has("route") && this.route.segments[1] && !phone.matches) {
      this.#focusComposer();
    }
  }

  #focusComposer(): void {
    this.renderRoot.querySelector<ChatComposer>("chat-composer")?.focus();
  }

  override render() {
    const channel = this.#channel();
    const inRoom = this.route.segments[1] !== undefined;
    this.classList.toggle("in-room", inRoom);
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
      <chat-create-channel .hub=${this.hub} @created=${this.#created}></chat-create-channel>
    `;
  }

  #channelList() {
    const { channels, error } = this.#store!;
    if (error && !channels) return failure(error, () => void this.#store!.refresh());
    if (!channels) return skeletons(4);
    if (channels.length === 0 && phone.matches) return this.#noChannels();
    return html`<ul role="list">${channels.map(this.#channelLink)}</ul>`;
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
    const members = channel.member_count === 1 ? "1 member" : `${channel.member_count} members`;
    return html`
      <section class="room" aria-label="Channel ${channel.name}">
        <header>
          <a class="back" href=${this.hub.href("/chat")} aria-label="All channels">
            ${icon("chevron-left")}
          </a>
          <h1><span aria-hidden="true">#</span> ${channel.name}</h1>
          <p class="topic ellipsis">${channel.topic}</p>
          <span class="members">${icon("people")} ${members}</span>
        </header>
        ${room.error ? this.#roomError(room) : nothing}
        ${keyed(channel.id, this.#messages(channel, room))}
        <chat-composer
          channel=${channel.id}
          name=${channel.name}
          @send=${(event: CustomEvent<string>) => this.#send(room, event.detail)}
        ></chat-composer>
      </section>
    `;
  }

  #messages(channel: Channel, room: Room) {
    return html`
      <chat-messages
        .room=${room}
        .timeline=${room.timeline}
        .me=${this.hub.user}
        .actions=${this.hub.ui.message_actions}
        label="Messages in ${channel.name}"
        @older=${() => void room.loadOlder().catch(this.hub.sayError)}
        @reached-end=${() => this.#store?.noteSeen()}
        @act=${(event: CustomEvent<Act>) => void this.#act(channel, event.detail)}
        @resend=${(event: CustomEvent<string>) => room.resend(event.detail)}
        @discard=${(event: CustomEvent<string>) => room.discard(event.detail)}
      ></chat-messages>
    `;
  }

  async #act(channel: Channel, { action, message }: Act): Promise<void> {
    const body = { message_id: message, channel_id: channel.id };
    try {
      this.hub.say(await this.hub.api.callRoute(action.route, body), "good");
    } catch (thrown) {
      this.hub.sayError(thrown);
    }
  }

  #roomError(room: Room) {
    return html`
      <div class="room-error">${failure(room.error!, () => void room.refresh())}</div>
    `;
  }

  #send(room: Room, text: string): void {
    room.newAfter = null;
    void room.send(text);
    this.#list?.toBottom();
    this.#list?.updateComplete.then(() => this.#list?.toBottom());
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

  get #list(): ChatMessages | null {
    return this.renderRoot?.querySelector<ChatMessages>("chat-messages") ?? null;
  }

  #channel(): Channel | undefined {
    const id = this.route.segments[1];
    return this.#store?.channels?.find((channel) => channel.id === id);
  }

  /** Reading means: the page is in front and the end of the open channel is in view. */
  #isReading(): boolean {
    const list = this.#list;
    return document.visibilityState === "visible" && list !== null && list.atBottom;
  }

  #chooseChannel(): void {
    const first = this.#store?.channels?.[0];
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
