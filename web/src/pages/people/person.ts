/** One person's page. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import { css, html, nothing, type PropertyValues } from "lit";
import "../../components/avatar.ts";
import "../../components/confirm.ts";
import type { HubConfirm } from "../../components/confirm.ts";
import { define, HubElement } from "../../components/hub_element.ts";
import { icon } from "../../components/icon.ts";
import { failure, noticeStyles, skeletons } from "../../components/notice.ts";
import { shortDate } from "../../components/time.ts";
import { Resource } from "../../controllers/resource.ts";
import type { PersonField, User } from "../../data/types.ts";
import { base, page, pill } from "../../styles/shared.ts";
import "./edit_person.ts";
import type { EditPerson } from "./edit_person.ts";
import { roleOf } from "./people.ts";
import "./person_sessions.ts";
import "./person_tabs.ts";

export class PagePerson extends HubElement {
  static override styles = [
    base,
    page,
    pill,
    noticeStyles,
    css`
      .card {
        padding: 24px;
      }
      .top {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 14px 18px;
      }
      .top > div {
        flex: 1 1 200px;
        min-width: 0;
      }
      .top > .buttons {
        flex: none;
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      dl {
        display: grid;
        grid-template-columns: 130px minmax(0, 1fr);
        gap: 14px 16px;
        margin-top: 24px;
        padding-top: 20px;
        border-top: 1px solid var(--hub-line);
      }
      dt {
        color: var(--hub-quiet);
      }
      dd {
        min-width: 0;
        overflow-wrap: anywhere;
      }
      .tags {
        display: flex;
        flex-wrap: wrap;
        gap: 5px;
      }
      @media (max-width: 760px) {
        .card {
          padding: 18px 16px;
        }
        dl {
          grid-template-columns: 92px minmax(0, 1fr);
        }
      }
    `,
  ];
  readonly #person = new Resource<User>(this, () => this.hub.api.users.get(this.#id));
  #shown = "";

  override connectedCallback(): void {
    super.connectedCallback();
    const { live } = this.hub;
    this.whileConnected(
      live.on<{ id: string }>("user.changed", ({ id }) => {
        if (id === this.#person.value?.id) void this.#person.reload();
      }),
      live.on("reset", () => void this.#person.reload()),
    );
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("route") && this.#id !== this.#shown) {
      this.#shown = this.#id;
      void this.#person.restart();
    }
    this.nameThePage(this.#person.value?.display_name ?? "Person", "People");
  }

  override render() {
    const { value, error } = this.#person;
    return html`
      <div class="page narrow">
        <a class="crumb" href=${this.hub.href("/people")}>${icon("chevron-left")} All people</a>
        ${error ? failure(error, () => void this.#person.reload()) : nothing}
        ${value
          ? html`<person-tabs .hub=${this.hub} .person=${value}>${this.#card(value)}</person-tabs>`
          : error
          ? nothing
          : html`<div class="card">${skeletons(5)}</div>`}
      </div>
    `;
  }

  get #id(): string {
    return this.route.segments[1] ?? "";
  }

  #card(person: User) {
    return html`
      <article class="card" aria-label=${person.display_name}>
        <div class="top">
          <hub-avatar name=${person.display_name} hue=${person.avatar_hue} size="60"></hub-avatar>
          <div>
            <h1>${person.display_name}</h1>
            <p class="quiet">@${person.username}</p>
          </div>
          <div class="buttons">${this.#buttons(person)}</div>
        </div>
        <dl>
          <dt>Role</dt>
          <dd>${roleOf(person)}</dd>
          <dt>Tags</dt>
          <dd>${this.#tags(person)}</dd>
          <dt>Since</dt>
          <dd>${shortDate(person.created_at)}</dd>
          ${(person.fields ?? []).map(fieldRow)} ${this.#permissions(person)}
        </dl>
      </article>
      ${this.#isMine(person) || this.hub.may("admin:users")
        ? html`<person-sessions .hub=${this.hub} .person=${person}></person-sessions>`
        : nothing}
      <edit-person .hub=${this.hub} .person=${person} @created=${this.#edited}></edit-person>
      <hub-confirm></hub-confirm>
    `;
  }

  #tags(person: User) {
    if (person.tags.length === 0) return html`<span class="quiet">None</span>`;
    return html`
      <ul class="tags" role="list" aria-label="Tags">
        ${person.tags.map((tag) => html`<li class="pill square">${tag}</li>`)}
      </ul>
    `;
  }

  #permissions(person: User) {
    const names = person.permissions ?? [];
    if (names.length === 0) return nothing;
    return html`
      <dt>Also may</dt>
      <dd class="tags">${names.map((name) => html`<span class="pill square">${name}</span>`)}</dd>
    `;
  }

  #isMine(person: User): boolean {
    return person.id === this.hub.user.id;
  }

  #buttons(person: User) {
    const self = this.#isMine(person);
    const isAdmin = this.hub.may("admin:users");
    const canAct = this.hub.may("admin") && !self && person.is_active && this.hub.acting === null;
    const act = html`
      <wa-button size="s" appearance="outlined" @click=${() => this.#actAs(person)}>
        <span slot="start">${icon("eye")}</span>Act as
      </wa-button>
    `;
    const edit = html`
      <wa-button size="s" appearance="outlined" @click=${this.#edit}>
        <span slot="start">${icon("edit")}</span>Edit
      </wa-button>
    `;
    const remove = html`
      <wa-button size="s" appearance="outlined" variant="danger" @click=${() =>
        this.#remove(person)}>
        Remove
      </wa-button>
    `;
    return [
      canAct ? act : nothing,
      isAdmin || self ? edit : nothing,
      isAdmin && !self ? remove : nothing,
    ];
  }

  #edit = (): void => {
    this.renderRoot.querySelector<EditPerson>("edit-person")!.show();
  };

  #edited = (event: CustomEvent<User>): void => {
    this.#person.put(event.detail);
    this.hub.say("Saved.", "good");
  };

  async #actAs(person: User): Promise<void> {
    const sure = await this.renderRoot.querySelector<HubConfirm>("hub-confirm")!.ask({
      title: `Act as ${person.display_name}?`,
      text:
        "For half an hour you see and do what they can. All of it is on record under both names.",
      action: "Act as them",
    });
    if (!sure) return;
    try {
      await this.hub.api.session.actAs(person.id);
      location.assign(this.hub.href("/"));
    } catch (thrown) {
      this.hub.sayError(thrown);
    }
  }

  async #remove(person: User): Promise<void> {
    const sure = await this.renderRoot.querySelector<HubConfirm>("hub-confirm")!.ask({
      title: `Remove ${person.display_name}?`,
      text: "The account is deleted and its sessions end. Messages stay where they are.",
      action: "Yes, remove",
    });
    if (!sure) return;
    try {
      await this.hub.api.users.remove(person.id);
      this.hub.say(`${person.display_name} was removed.`, "good");
      this.hub.navigate("/people");
    } catch (thrown) {
      this.hub.sayError(thrown);
    }
  }
}

function fieldRow(field: PersonField) {
  const value = field.type === "bool" ? (field.value ? "Yes" : "No") : field.value;
  const empty = value === null || value === "";
  return html`
    <dt>${field.title}</dt>
    <dd>${empty ? html`<span class="quiet">None</span>` : value}</dd>
  `;
}

define("page-person", PagePerson);
