/** The bar above a channel: its name and topic, who is in it, and what one can do with it. */

import "@awesome.me/webawesome/dist/components/dropdown/dropdown.js";
import "@awesome.me/webawesome/dist/components/dropdown-item/dropdown-item.js";
import { html, LitElement, nothing } from "lit";
import "../../components/confirm.ts";
import type { HubConfirm } from "../../components/confirm.ts";
import { define } from "../../components/hub_element.ts";
import { icon } from "../../components/icon.ts";
import type { Hub } from "../../context/hub.ts";
import type { Channel } from "../../data/types.ts";
import { base } from "../../styles/shared.ts";
import { headerStyles } from "./channel_header_styles.ts";
import "./edit_channel.ts";
import type { ChatEditChannel } from "./edit_channel.ts";
import "./members.ts";
import type { ChatMembers } from "./members.ts";

export class ChatChannelHeader extends LitElement {
  static override properties = { hub: { attribute: false }, channel: { attribute: false } };
  static override styles = [base, headerStyles];
  declare hub: Hub;
  declare channel: Channel;

  override render() {
    const { channel, hub } = this;
    const members = channel.member_count === 1 ? "1 member" : `${channel.member_count} members`;
    return html`
      <a class="back" href=${hub.href("/chat")} aria-label="All channels">
        ${icon("chevron-left")}
      </a>
      <h1><span aria-hidden="true">#</span> ${channel.name}</h1>
      <p class="topic ellipsis" title=${channel.topic}>${channel.topic}</p>
      <button type="button" aria-label=${members} title="Members" @click=${this.#members}>
        ${icon("people")} <span>${channel.member_count}</span>
      </button>
      ${this.#menu()}
      <chat-members .hub=${hub} .channel=${channel}></chat-members>
      <chat-edit-channel .hub=${hub} .channel=${channel}></chat-edit-channel>
      <hub-confirm></hub-confirm>
    `;
  }

  #menu() {
    const { joined } = this.channel;
    if (!joined && !this.#isTheirs) return nothing;
    return html`
      <wa-dropdown placement="bottom-end" size="s" @wa-select=${this.#select}>
        <button slot="trigger" type="button" aria-label="Channel menu" title="Channel menu">
          ${icon("ellipsis")}
        </button>
        ${this.#isTheirs
          ? html`
            <wa-dropdown-item value="edit">
              <span slot="icon">${icon("edit")}</span>Edit channel
            </wa-dropdown-item>
          `
          : nothing}
        ${joined
          ? html`
            <wa-dropdown-item value="leave">
              <span slot="icon">${icon("sign-out")}</span>Leave channel
            </wa-dropdown-item>
          `
          : nothing}
        ${this.#isTheirs
          ? html`
            <wa-dropdown-item value="delete" variant="danger">
              <span slot="icon">${icon("trash")}</span>Delete channel
            </wa-dropdown-item>
          `
          : nothing}
      </wa-dropdown>
    `;
  }

  get #isTheirs(): boolean {
    const { user } = this.hub;
    return user.role === "admin" || this.channel.created_by === user.id;
  }

  #members = (): void => {
    this.renderRoot.querySelector<ChatMembers>("chat-members")!.show();
  };

  #select = async (event: CustomEvent<{ item: { value: string } }>): Promise<void> => {
    const { chat } = this.hub.api;
    const { id } = this.channel;
    try {
      switch (event.detail.item.value) {
        case "edit":
          return this.renderRoot.querySelector<ChatEditChannel>("chat-edit-channel")!.show();
        case "leave":
          return await chat.leave(id);
        case "delete":
          if (await this.#sure()) await chat.deleteChannel(id);
      }
    } catch (thrown) {
      this.hub.sayError(thrown);
    }
  };

  #sure(): Promise<boolean> {
    return this.renderRoot.querySelector<HubConfirm>("hub-confirm")!.ask({
      title: `Delete #${this.channel.name}?`,
      text: "Every message in it goes for everybody, and cannot be brought back.",
      action: "Delete channel",
    });
  }
}

define("chat-channel-header", ChatChannelHeader);
