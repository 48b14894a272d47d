/** Where a person is signed in, and who acts as whom; each can be ended here. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { define } from "../../components/hub_element.ts";
import { icon } from "../../components/icon.ts";
import { failure, noticeStyles, skeletons } from "../../components/notice.ts";
import { ago, exactTime } from "../../components/time.ts";
import type { Hub } from "../../context/hub.ts";
import { Resource } from "../../controllers/resource.ts";
import type { Page, SessionInfo, User } from "../../data/types.ts";
import { base, pill } from "../../styles/shared.ts";
import { deviceOf } from "./device.ts";

export class PersonSessions extends LitElement {
  static override properties = { hub: { attribute: false }, person: { attribute: false } };
  static override styles = [
    base,
    pill,
    noticeStyles,
    css`
      :host {
        display: block;
        margin-top: 16px;
        padding: 20px 24px;
        border: 1px solid var(--hub-line);
        border-radius: var(--hub-radius-large);
        background: var(--hub-raised);
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 8px;
        min-height: 34px;
      }
      h2 {
        font-size: 15px;
        font-weight: 620;
      }
      li {
        display: flex;
        align-items: center;
        gap: 12px;
        padding: 10px 0;
      }
      li + li {
        border-top: 1px solid var(--hub-line);
      }
      li > div {
        flex: 1;
        min-width: 0;
        overflow-wrap: anywhere;
      }
      @media (max-width: 760px) {
        :host {
          padding: 16px;
        }
      }
    `,
  ];
  declare hub: Hub;
  declare person: User;
  readonly #sessions = new Resource<Page<SessionInfo>>(
    this,
    () => this.hub.api.sessions.of(this.person.id),
  );
  #shown = "";

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("person") && this.person.id !== this.#shown) {
      this.#shown = this.person.id;
      void this.#sessions.restart();
    }
  }

  override render() {
    const { value, error } = this.#sessions;
    const several = (value?.items.length ?? 0) > 1;
    return html`
      <header>
        <h2 id="sessions">Sessions</h2>
        ${several ? this.#endAllButton() : nothing}
      </header>
      ${error ? failure(error, () => void this.#sessions.reload()) : nothing}
      ${value ? this.#list(value.items) : error ? nothing : skeletons(2)}
    `;
  }

  get #isSelf(): boolean {
    return this.person.id === this.hub.user.id;
  }

  #endAllButton() {
    if (this.#isSelf && this.hub.acting !== null) return nothing;
    const label = this.#isSelf ? "End all others" : "End all";
    return html`
      <wa-button size="s" appearance="outlined" @click=${this.#endAll}>${label}</wa-button>
    `;
  }

  #list(items: SessionInfo[]) {
    if (items.length === 0) return html`<p class="quiet">Signed in nowhere.</p>`;
    return html`<ul role="list" aria-labelledby="sessions">${items.map(this.#item)}</ul>`;
  }

  #item = (one: SessionInfo) => {
    const name = this.#nameOf(one);
    const where = one.address ? `${one.address} · ` : "";
    return html`
      <li>
        ${icon(one.kind === "impersonation" ? "eye" : "monitor")}
        <div>
          ${name} ${one.current ? html`<span class="pill good">This one</span>` : nothing}
          <p class="quiet small" title=${exactTime(one.last_seen_at)}>
            ${where}${ago(one.last_seen_at)}
          </p>
        </div>
        ${one.current ? nothing : html`
          <wa-button size="s" appearance="plain" @click=${() => this.#end(one)}>
            End<span class="sr"> ${name}, ${exactTime(one.created_at)}</span>
          </wa-button>
        `}
      </li>
    `;
  };

  #nameOf(one: SessionInfo): string {
    if (one.kind === "sign-in") return deviceOf(one.user_agent);
    return one.user_id === this.person.id
      ? `${one.by} acts as @${one.username}`
      : `Acting as @${one.username}`;
  }

  async #end(one: SessionInfo): Promise<void> {
    await this.#ended(() => this.hub.api.sessions.end(one.id), "The session is over.");
  }

  #endAll = (): Promise<void> => {
    const { sessions } = this.hub.api;
    const end = this.#isSelf ? () => sessions.endOthers() : () => sessions.endAllOf(this.person.id);
    return this.#ended(end, "The sessions are over.");
  };

  async #ended(end: () => Promise<unknown>, said: string): Promise<void> {
    try {
      await end();
      this.hub.say(said, "good");
    } catch (thrown) {
      this.hub.sayError(thrown);
    }
    await this.#sessions.reload();
  }
}

define("person-sessions", PersonSessions);
