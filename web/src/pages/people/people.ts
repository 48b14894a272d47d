/** The list of people. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import { css, html, nothing } from "lit";
import "../../components/avatar.ts";
import { define, HubElement } from "../../components/hub_element.ts";
import { icon } from "../../components/icon.ts";
import { empty, failure, noticeStyles, skeletons } from "../../components/notice.ts";
import { shortDate } from "../../components/time.ts";
import { Resource } from "../../controllers/resource.ts";
import type { Page, User } from "../../data/types.ts";
import { base, page, pill, table } from "../../styles/shared.ts";
import "./create_person.ts";
import type { CreatePerson } from "./create_person.ts";

export class PagePeople extends HubElement {
  static override properties = { ...HubElement.properties, filter: { state: true } };
  static override styles = [
    base,
    page,
    pill,
    table,
    noticeStyles,
    css`
      .who {
        display: flex;
        align-items: center;
        gap: 12px;
        min-width: 0;
      }
      .who a {
        font-weight: 580;
        color: var(--hub-text);
      }
      .who span {
        display: block;
        font-size: 12.5px;
        color: var(--hub-quiet);
      }
      .tags {
        display: flex;
        flex-wrap: wrap;
        gap: 4px;
      }
      .filter {
        width: 220px;
      }
      .filter::part(form-control-label) {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }
      @media (max-width: 760px) {
        .filter {
          width: 100%;
        }
        .wide {
          display: none;
        }
        td,
        th {
          padding-inline: 12px;
        }
      }
    `,
  ];
  declare filter: string;
  readonly #people = new Resource<Page<User>>(this, () => this.hub.api.users.list());

  constructor() {
    super();
    this.filter = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const reload = () => void this.#people.reload();
    this.whileConnected(
      this.hub.live.on("user.changed", reload),
      this.hub.live.on("reset", reload),
    );
    this.nameThePage("People");
    reload();
  }

  override render() {
    const isAdmin = this.hub.may("admin:users");
    return html`
      <div class="page">
        <header class="head">
          <div>
            <h1>People</h1>
            <p class="lead">Everyone with an account on this hub.</p>
          </div>
          <wa-input class="filter" size="s" type="search" placeholder="Filter people"
            label="Filter people" with-clear
            @input=${(event: Event) => this.filter = (event.target as HTMLInputElement).value ?? ""}
          >${this.#searchIcon()}</wa-input>
          ${isAdmin ? this.#newButton() : nothing}
        </header>
        ${this.#content()}
      </div>
      <create-person .hub=${this.hub} @created=${this.#created}></create-person>
    `;
  }

  #searchIcon() {
    return html`<span slot="start">${icon("search")}</span>`;
  }

  #newButton() {
    return html`
      <wa-button variant="brand" size="s" @click=${this.#create}>
        <span slot="start">${icon("user-plus")}</span>New person
      </wa-button>
    `;
  }

  #content() {
    const { value, error } = this.#people;
    if (error) return failure(error, () => void this.#people.reload());
    if (!value) return html`<div class="card">${skeletons(5)}</div>`;
    const people = value.items.filter((user) => this.#fits(user));
    if (people.length === 0) return empty("people", "Nobody found", "Try other letters.");
    return html`
      <div class="card scroll">
        <table>
          <thead>
            <tr>
              <th>Name</th>
              <th>Role</th>
              <th class="wide">Tags</th>
              <th class="wide">Since</th>
            </tr>
          </thead>
          <tbody>${people.map(this.#row)}</tbody>
        </table>
      </div>
    `;
  }

  #row = (user: User) =>
    html`
      <tr class="row">
        <td>
          <div class="who">
            <hub-avatar name=${user.display_name} hue=${user.avatar_hue} size="32"></hub-avatar>
            <div>
              <a href=${this.hub.href(`/people/${user.id}`)}>${user.display_name}</a>
              <span>@${user.username}</span>
            </div>
          </div>
        </td>
        <td>${roleOf(user)}</td>
        <td class="wide">
          <div class="tags">${user.tags.map((tag) =>
            html`<span class="pill square">${tag}</span>`
          )}</div>
        </td>
        <td class="wide quiet nums">${shortDate(user.created_at)}</td>
      </tr>
    `;

  #fits(user: User): boolean {
    const wanted = this.filter.trim().toLowerCase();
    return [user.display_name, user.username, ...user.tags].some((text) =>
      text.toLowerCase().includes(wanted)
    );
  }

  #create = (): void => {
    this.renderRoot.querySelector<CreatePerson>("create-person")!.show();
  };

  #created = (event: CustomEvent<User>): void => {
    const user = event.detail;
    this.hub.say(`${user.display_name} can sign in as ${user.username}.`, "good");
    void this.#people.reload();
    this.hub.navigate(`/people/${user.id}`);
  };
}

const OWN_ROLES: Record<string, string> = { admin: "Administrator", member: "Member" };

/** The role, and whether the account is closed. */
export function roleOf(user: User) {
  const name = OWN_ROLES[user.role] ?? user.role;
  const role = html`<span class="pill ${user.role === "admin" ? "accent" : ""}">${name}</span>`;
  return user.is_active ? role : html`${role} <span class="pill bad">Deactivated</span>`;
}

define("page-people", PagePeople);
