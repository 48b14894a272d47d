/** The dialog that lists who is in a channel. */

import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import { css, html, LitElement, nothing } from "lit";
import "../../components/avatar.ts";
import { define } from "../../components/hub_element.ts";
import { failure, noticeStyles, skeletons } from "../../components/notice.ts";
import type { Hub } from "../../context/hub.ts";
import { type ApiError, asApiError } from "../../data/error.ts";
import type { Channel, Membership } from "../../data/types.ts";
import { base } from "../../styles/shared.ts";

export class ChatMembers extends LitElement {
  static override properties = {
    hub: { attribute: false },
    channel: { attribute: false },
    open: { state: true },
    members: { state: true },
    next: { state: true },
    error: { state: true },
  };
  static override styles = [
    base,
    noticeStyles,
    css`
      wa-dialog {
        --width: min(420px, calc(100vw - 32px));
      }
      wa-dialog::part(title) {
        font-size: 16px;
        font-weight: 640;
      }
      li a {
        display: flex;
        align-items: center;
        gap: 10px;
        padding: 6px 4px;
        border-radius: var(--hub-radius);
        color: inherit;
      }
      li a:hover {
        background: var(--hub-hover);
        text-decoration: none;
      }
      li span {
        color: var(--hub-quiet);
      }
    `,
  ];
  declare hub: Hub;
  declare channel: Channel;
  declare open: boolean;
  declare members: Membership[] | null;
  declare next: string | null;
  declare error: ApiError | null;

  constructor() {
    super();
    this.open = false;
    this.members = null;
    this.next = null;
    this.error = null;
  }

  show(): void {
    this.open = true;
    this.members = null;
    void this.#load(null);
  }

  override render() {
    const { channel } = this;
    return html`
      <wa-dialog
        label="Members of #${channel.name}"
        ?open=${this.open}
        light-dismiss
        @wa-after-hide=${() => this.open = false}
      >
        ${this.error ? failure(this.error, () => void this.#load(this.next)) : nothing}
        ${this.members ? this.#list(this.members) : this.error ? nothing : skeletons(3)}
        ${this.next
          ? html`
            <wa-button size="s" appearance="outlined" @click=${() => void this.#load(this.next)}>
              Show more
            </wa-button>
          `
          : nothing}
      </wa-dialog>
    `;
  }

  #list(members: Membership[]) {
    if (members.length === 0) return html`<p class="quiet">Nobody is in this channel.</p>`;
    const named = members.toSorted((a, b) =>
      a.user.display_name.localeCompare(b.user.display_name)
    );
    return html`
      <ul role="list" aria-label="Members">${named.map(({ user }) =>
        html`
          <li>
            <a href=${this.hub.href(`/people/${user.username}`)} @click=${() => this.open = false}>
              <hub-avatar name=${user.display_name} hue=${user.avatar_hue} size="28"></hub-avatar>
              <b>${user.display_name}</b> <span>@${user.username}</span>
            </a>
          </li>
        `
      )}</ul>
    `;
  }

  async #load(after: string | null): Promise<void> {
    const channel = this.channel.id;
    try {
      const page = await this.hub.api.chat.members(channel, after);
      if (channel !== this.channel.id) return;
      this.members = [...(after ? this.members ?? [] : []), ...page.items];
      this.next = page.next;
      this.error = null;
    } catch (thrown) {
      this.error = asApiError(thrown);
    }
  }
}

define("chat-members", ChatMembers);
