/** A message with the answers to it, beside the channel; on a phone in its place. */

import { css, html, LitElement } from "lit";
import { define } from "../../components/hub_element.ts";
import { icon } from "../../components/icon.ts";
import type { Hub } from "../../context/hub.ts";
import type { Author, Channel } from "../../data/types.ts";
import { base } from "../../styles/shared.ts";
import "./conversation.ts";
import type { ChatConversation } from "./conversation.ts";
import type { Room } from "./room.ts";
import type { Timeline } from "./timeline.ts";

export class ChatThread extends LitElement {
  static override properties = {
    hub: { attribute: false },
    channel: { attribute: false },
    room: { attribute: false },
    timeline: { attribute: false },
    people: { attribute: false },
  };
  static override styles = [
    base,
    css`
      :host {
        display: grid;
        grid-template-rows: var(--hub-bar) minmax(0, 1fr);
        min-height: 0;
        min-width: 0;
      }
      header {
        display: flex;
        align-items: center;
        gap: 10px;
        padding: 0 12px 0 20px;
        border-bottom: 1px solid var(--hub-line);
      }
      h2 {
        font-size: 15px;
        font-weight: 640;
      }
      p {
        flex: 1;
        color: var(--hub-quiet);
        font-size: 13px;
      }
      .close {
        display: grid;
        place-items: center;
        width: 32px;
        height: 32px;
        border-radius: var(--hub-radius);
        color: var(--hub-quiet);
      }
      .close:hover {
        background: var(--hub-hover);
        color: var(--hub-text);
      }
      @media (max-width: 760px) {
        header {
          padding: 0 4px 0 16px;
        }
        .close {
          width: 44px;
          height: 44px;
        }
      }
    `,
  ];
  declare hub: Hub;
  declare channel: Channel;
  declare room: Room;
  declare timeline: Timeline;
  declare people: readonly Author[];

  override focus(): void {
    const conversation = this.renderRoot.querySelector<ChatConversation>("chat-conversation");
    void conversation?.updateComplete.then(() => conversation.focus());
  }

  override render() {
    const { hub, channel, room } = this;
    return html`
      <header>
        <h2>Thread</h2>
        <p class="ellipsis">#${channel.name}</p>
        <a
          class="close"
          href=${hub.href(`/chat/${channel.id}`)}
          aria-label="Close thread"
          title="Close thread"
        >${icon("xmark")}</a>
      </header>
      <chat-conversation
        .hub=${hub}
        .room=${room}
        .timeline=${this.timeline}
        .people=${this.people}
        label="Replies"
        field="Reply"
        placeholder="Reply…"
        ?joined=${channel.joined}
      ></chat-conversation>
    `;
  }
}

define("chat-thread", ChatThread);
