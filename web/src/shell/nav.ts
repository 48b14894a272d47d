/** The navigation: places by group. Stands in the side bar and, on a phone, in the drawer. */

import { css, html, LitElement, nothing } from "lit";
import { define } from "../components/hub_element.ts";
import { icon } from "../components/icon.ts";
import { base } from "../styles/shared.ts";
import type { Hub } from "../context/hub.ts";
import type { Place } from "./place.ts";

export class HubNav extends LitElement {
  static override properties = {
    hub: { attribute: false },
    places: { attribute: false },
    current: { attribute: false },
  };
  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      ul {
        display: grid;
        gap: 1px;
      }
      h2 {
        margin: 20px 10px 5px;
        font-size: 12px;
        font-weight: 540;
        color: var(--hub-quiet);
      }
      a {
        display: flex;
        align-items: center;
        gap: 10px;
        height: 34px;
        padding: 0 10px;
        border-radius: var(--hub-radius);
        color: var(--hub-soft);
        font-weight: 500;
      }
      a:hover {
        background: var(--hub-hover);
        text-decoration: none;
        color: var(--hub-text);
      }
      a[aria-current] {
        background: var(--hub-active);
        color: var(--hub-text);
        font-weight: 600;
      }
      a[aria-current] svg {
        color: var(--hub-accent);
      }
      svg.icon {
        width: 17px;
        height: 17px;
        color: var(--hub-quiet);
      }
      @media (max-width: 760px) {
        a {
          height: 44px;
          font-size: 15px;
        }
      }
    `,
  ];
  declare hub: Hub;
  declare places: Place[];
  declare current: Place | null;

  override render() {
    const own = this.places.filter((place) => place.group === "hub");
    const admin = this.places.filter((place) => place.group === "admin");
    return html`
      <nav aria-label="Main">
        <ul>${own.map(this.#link)}</ul>
        ${admin.length === 0 ? nothing : html`
          <h2>Administration</h2>
          <ul>${admin.map(this.#link)}</ul>
        `}
      </nav>
    `;
  }

  #link = (place: Place) =>
    html`
      <li>
        <a
          href=${this.hub.href(place.path)}
          aria-current=${place === this.current ? "page" : nothing}
        >${icon(place.icon)}<span class="ellipsis">${place.title}</span></a>
      </li>
    `;
}

define("hub-nav", HubNav);
