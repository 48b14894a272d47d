/** The list of roles and what each may do. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import { css, html, nothing } from "lit";
import "../../components/confirm.ts";
import type { HubConfirm } from "../../components/confirm.ts";
import { define, HubElement } from "../../components/hub_element.ts";
import { icon } from "../../components/icon.ts";
import { failure, noticeStyles, skeletons } from "../../components/notice.ts";
import { Resource } from "../../controllers/resource.ts";
import type { RoleInfo, Roles } from "../../data/types.ts";
import { base, page, pill } from "../../styles/shared.ts";
import "./role_dialog.ts";
import type { RoleDialog } from "./role_dialog.ts";

export class PageRoles extends HubElement {
  static override styles = [
    base,
    page,
    pill,
    noticeStyles,
    css`
      li.role {
        display: flex;
        flex-wrap: wrap;
        align-items: flex-start;
        gap: 10px 16px;
        padding: 16px 20px;
      }
      li.role + li.role {
        border-top: 1px solid var(--hub-line);
      }
      .about {
        flex: 1 1 240px;
        min-width: 0;
      }
      .may {
        display: flex;
        flex-wrap: wrap;
        gap: 5px;
        margin-top: 8px;
      }
      .buttons {
        display: flex;
        gap: 8px;
      }
    `,
  ];
  readonly #roles = new Resource<Roles>(this, () => this.hub.api.roles.list());

  override connectedCallback(): void {
    super.connectedCallback();
    this.whileConnected(this.hub.live.on("reset", () => void this.#roles.reload()));
    this.nameThePage("Roles");
    void this.#roles.reload();
  }

  override render() {
    const { value, error } = this.#roles;
    return html`
      <div class="page narrow">
        <header class="head">
          <div>
            <h1>Roles</h1>
            <p class="lead">What groups of people may do. A change counts at their next click.</p>
          </div>
          <wa-button variant="brand" size="s" @click=${() => this.#open(null)}>
            <span slot="start">${icon("plus")}</span>New role
          </wa-button>
        </header>
        ${error ? failure(error, () => void this.#roles.reload()) : nothing}
        ${value
          ? html`<ul class="card" role="list" aria-label="Roles">${
            value.items.map(this.#item)
          }</ul>`
          : error
          ? nothing
          : html`<div class="card">${skeletons(4)}</div>`}
      </div>
      <role-dialog
        .hub=${this.hub}
        .known=${value?.permissions ?? []}
        @created=${this.#saved}
      ></role-dialog>
      <hub-confirm></hub-confirm>
    `;
  }

  #item = (role: RoleInfo) =>
    html`
      <li class="role" data-role=${role.name}>
        <div class="about">
          <h2>${role.title}</h2>
          <p class="quiet small mono">${role.name}</p>
          <div class="may">${this.#may(role)}</div>
        </div>
        <div class="buttons">
          <wa-button size="s" appearance="outlined" @click=${() => this.#open(role)}>
            Edit<span class="sr"> ${role.title}</span>
          </wa-button>
          ${role.builtin ? nothing : html`
            <wa-button size="s" appearance="outlined" variant="danger"
              @click=${() => this.#remove(role)}>Remove<span class="sr"> ${role
                .title}</span></wa-button>
          `}
        </div>
      </li>
    `;

  #may(role: RoleInfo) {
    if (role.name === "admin") return html`<span class="pill accent">Everything</span>`;
    if (role.permissions.length === 0) return html`<span class="quiet">Nothing more</span>`;
    return role.permissions.map((name) => html`<span class="pill square">${name}</span>`);
  }

  #open(role: RoleInfo | null): void {
    const dialog = this.renderRoot.querySelector<RoleDialog>("role-dialog")!;
    dialog.edited = role;
    dialog.show();
  }

  #saved = (): void => {
    this.hub.say("Saved.", "good");
    void this.#roles.reload();
  };

  async #remove(role: RoleInfo): Promise<void> {
    const sure = await this.renderRoot.querySelector<HubConfirm>("hub-confirm")!.ask({
      title: `Remove the role ${role.title}?`,
      text: "Nobody may have it any more when it is removed.",
      action: "Yes, remove",
    });
    if (!sure) return;
    try {
      await this.hub.api.roles.remove(role.name);
      this.hub.say(`${role.title} was removed.`, "good");
    } catch (thrown) {
      this.hub.sayError(thrown);
    }
    await this.#roles.reload();
  }
}

define("page-roles", PageRoles);
