/** A channel's or a thread's messages with the field below them, and what happens on a click. */

import { css, html, LitElement, nothing } from "lit";
import "../../components/confirm.ts";
import type { HubConfirm } from "../../components/confirm.ts";
import { define } from "../../components/hub_element.ts";
import { failure, noticeStyles } from "../../components/notice.ts";
import type { Hub } from "../../context/hub.ts";
import type { Author, Message } from "../../data/types.ts";
import { base } from "../../styles/shared.ts";
import "./composer.ts";
import type { ChatComposer, Draft, Press } from "./composer.ts";
import "./message_list.ts";
import type { ChatMessages } from "./message_list.ts";
import type { Deed } from "./message_view.ts";
import type { Room } from "./room.ts";
import { asMessage } from "./suggestions.ts";
import type { Timeline } from "./timeline.ts";

export class ChatConversation extends LitElement {
  static override properties = {
    hub: { attribute: false },
    room: { attribute: false },
    timeline: { attribute: false },
    people: { attribute: false },
    label: {},
    field: {},
    placeholder: {},
    joined: { type: Boolean },
  };
  static override styles = [
    base,
    noticeStyles,
    css`
      :host {
        display: grid;
        grid-template-rows: auto minmax(0, 1fr) auto;
        min-height: 0;
        min-width: 0;
      }
      .error {
        grid-row: 1;
        padding: 10px 20px 0;
      }
      chat-messages {
        grid-row: 2;
      }
      chat-composer,
      .join {
        grid-row: 3;
      }
      .join {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: center;
        gap: 8px 16px;
        margin: 0 20px 14px;
        padding: 10px;
        border: 1px solid var(--hub-line);
        border-radius: var(--hub-radius-large);
        background: var(--hub-sunken);
        color: var(--hub-soft);
      }
    `,
  ];
  declare hub: Hub;
  declare room: Room;
  declare timeline: Timeline;
  declare people: readonly Author[];
  declare label: string;
  /** Name of the field in which one writes. */
  declare field: string;
  declare placeholder: string;
  /** Whether this person is in the channel: others read, and join to write. */
  declare joined: boolean;

  /** Whether the end is in view. */
  get atEnd(): boolean {
    return this.#list?.atBottom ?? false;
  }

  override focus(): void {
    const composer = this.#composer;
    void composer?.updateComplete.then(() => composer.focus());
  }

  override render() {
    const { room, hub } = this;
    return html`
      ${room.error
        ? html`<div class="error">${failure(room.error, () => void room.refresh())}</div>`
        : nothing}
      <chat-messages
        .room=${room}
        .timeline=${this.timeline}
        .me=${hub.user}
        .fileHref=${(id: string) => hub.api.files.href(id)}
        .actions=${hub.ui.message_actions}
        .thread=${room.source.thread ?? ""}
        label=${this.label}
        @older=${() => void room.loadOlder().catch(hub.sayError)}
        @reached-end=${() => this.dispatchEvent(new Event("reached-end"))}
        @edited=${() => this.focus()}
        @deed=${(event: CustomEvent<Deed>) => void this.#perform(event.detail)}
      ></chat-messages>
      ${this.joined ? this.#field() : this.#invitation()}
      <hub-confirm></hub-confirm>
    `;
  }

  #field() {
    const { ui } = this.hub;
    return html`
      <chat-composer
        .place=${this.room.id}
        .files=${this.hub.api.files}
        .mostMb=${ui.hub.max_file_mb ?? 25}
        .label=${this.field}
        .placeholder=${this.placeholder}
        .commands=${ui.commands}
        .people=${this.people}
        .buttons=${ui.composer_buttons}
        @send=${(event: CustomEvent<Draft>) => this.#send(event.detail)}
        @command=${(event: CustomEvent<string>) => void this.#run(this.room, event.detail)}
        @press=${(event: CustomEvent<Press>) => void this.#press(event.detail)}
        @edit-last=${() => this.#list?.editLast()}
      ></chat-composer>
    `;
  }

  #invitation() {
    return html`
      <div class="join">
        <span>You read along without being a member.</span>
        <wa-button size="s" variant="brand" @click=${() => void this.#join()}>
          Join channel
        </wa-button>
      </div>
    `;
  }

  get #list(): ChatMessages | null {
    return this.renderRoot?.querySelector<ChatMessages>("chat-messages") ?? null;
  }

  get #composer(): ChatComposer | null {
    return this.renderRoot?.querySelector<ChatComposer>("chat-composer") ?? null;
  }

  async #join(): Promise<void> {
    await this.#trying(() => this.hub.api.chat.join(this.room.source.channel));
  }

  #send({ text, files }: Draft): void {
    const { room } = this;
    room.newAfter = null;
    void room.send(asMessage(text), files);
    this.#toEnd();
  }

  #toEnd(): void {
    this.#list?.toBottom();
    void this.updateComplete.then(() => this.#list?.updateComplete)
      .then(() => this.#list?.toBottom());
  }

  async #run(room: Room, text: string): Promise<void> {
    const { channel, thread } = room.source;
    try {
      const said = await this.hub.api.chat.command(channel, { text, thread_id: thread });
      if (said.message) room.hear(said.message);
      if (said.text) room.note(said.text);
      this.#toEnd();
    } catch (thrown) {
      this.#composer?.restore(room.id, text);
      this.hub.sayError(thrown);
    }
  }

  async #press({ button, draft, write }: Press): Promise<void> {
    const { channel, thread } = this.room.source;
    await this.#trying(async () => {
      const body = { channel_id: channel, thread_id: thread, draft };
      const answer = await this.hub.api.askRoute(button.route, body);
      if (typeof answer.message === "string") this.hub.say(answer.message, "good");
      if (typeof answer.draft === "string") write(answer.draft);
    });
    this.focus();
  }

  #perform(deed: Deed): Promise<void> | void {
    const { api } = this.hub;
    switch (deed.kind) {
      case "resend":
        return this.room.resend(deed.clientId);
      case "discard":
        return this.room.discard(deed.clientId);
      case "drop-note":
        return this.room.dropNote(deed.key);
      case "thread":
        return void this.dispatchEvent(new CustomEvent("open-thread", { detail: deed.message }));
      case "react":
        return this.#trying(() => api.chat.react(deed.message.id, deed.emoji, deed.on));
      case "edit":
        return this.#trying(async () => {
          this.room.hear(await api.chat.edit(deed.message.id, deed.text));
          this.#list?.edit(null);
        });
      case "remove":
        return this.#remove(deed.message);
      case "click":
        return this.#trying(async () => {
          const { result } = await api.chat.click(deed.message.id, deed.clicked);
          if (typeof result === "string" && result) this.hub.say(result, "good");
        }).finally(deed.done);
      case "plugin": {
        const body = { message_id: deed.message.id, channel_id: deed.message.channel_id };
        return this.#trying(async () =>
          this.hub.say(await api.callRoute(deed.action.route, body), "good")
        );
      }
    }
  }

  async #remove(message: Message): Promise<void> {
    const sure = await this.renderRoot.querySelector<HubConfirm>("hub-confirm")!.ask({
      title: "Delete message?",
      text: "It goes for everybody, and cannot be brought back.",
      action: "Delete",
    });
    if (sure) await this.#trying(() => this.hub.api.chat.remove(message.id));
  }

  async #trying(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.hub.sayError(thrown);
    }
  }
}

define("chat-conversation", ChatConversation);
