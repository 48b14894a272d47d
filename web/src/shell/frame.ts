/** The frame around every page once someone is signed in: navigation, top bar on phones, outlet. */

import "@awesome.me/webawesome/dist/components/drawer/drawer.js";
import { html, LitElement, nothing, type PropertyValues } from "lit";
import { define } from "../components/hub_element.ts";
import { icon } from "../components/icon.ts";
import { empty, noticeStyles } from "../components/notice.ts";
import type { Hub } from "../context/hub.ts";
import type { LiveState } from "../data/live.ts";
import { base } from "../styles/shared.ts";
import "./account.ts";
import { frameStyles } from "./frame_styles.ts";
import "./nav.ts";
import "./outlet.ts";
import { type Place, placeOf } from "./place.ts";
import type { Route } from "./route.ts";

export class HubFrame extends LitElement {
  static override properties = {
    hub: { attribute: false },
    route: { attribute: false },
    places: { attribute: false },
    live: { state: true },
    drawer: { state: true },
  };
  static override styles = [base, noticeStyles, frameStyles];
  declare hub: Hub;
  declare route: Route;
  declare places: Place[];
  declare live: LiveState;
  declare drawer: boolean;
  #undo = () => {};
  #shownPlace: Place | null = null;

  constructor() {
    super();
    this.drawer = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.live = this.hub.live.state;
    this.#undo = this.hub.live.on<LiveState>("state", (state) => this.live = state);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#undo();
  }

  override updated(changed: PropertyValues<this>): void {
    if (!changed.has("route") && !changed.has("places")) return;
    const place = placeOf(this.route, this.places);
    const moved = this.#shownPlace !== null && place?.path !== this.#shownPlace.path;
    this.#shownPlace = place;
    if (!place) this.hub.setTitle("Page not found");
    if (changed.has("route")) this.drawer = false;
    if (moved) this.renderRoot.querySelector("main")?.focus({ preventScroll: true });
  }

  override render() {
    const place = placeOf(this.route, this.places);
    return html`
      ${this.#acting()} ${this.#side(place)} ${this.#top(place)}
      <main id="content" tabindex="-1" aria-label=${place?.title ?? "Page not found"}>
        ${this.#content(place)}
      </main>
      ${this.#drawer(place)}
    `;
  }

  #content(place: Place | null) {
    if (!place) return empty("search", "There is no such page", "Choose one in the navigation.");
    return html`
      <hub-outlet .hub=${this.hub} .route=${this.route} .place=${place}></hub-outlet>
    `;
  }

  #acting() {
    this.toggleAttribute("acting", this.hub.acting !== null);
    if (this.hub.acting === null) return nothing;
    return html`
      <div class="acting" role="status">
        ${icon("eye")}
        <span>You act as <b>${this.hub.user.display_name}</b>.</span>
        <button type="button" @click=${this.#stopActing}>Stop</button>
      </div>
    `;
  }

  #stopActing = (): void => {
    this.dispatchEvent(new Event("stop-acting"));
  };

  #brand() {
    return html`
      <a class="brand" href=${this.hub.href("/")} aria-label="${this.hub.info.name}, start page">
        <img src=${this.hub.href("/assets/logo.svg")} alt="" width="26" height="26" />
        <b class="ellipsis">${this.hub.info.name}</b>
      </a>
    `;
  }

  #connection() {
    const down = this.live === "waiting" || this.live === "connecting";
    return html`
      <div class="connection" role="status">
        ${down ? html`<span>${icon("offline")} Reconnecting…</span>` : nothing}
      </div>
    `;
  }

  #nav(place: Place | null) {
    return html`<hub-nav .hub=${this.hub} .places=${this.places} .current=${place}></hub-nav>`;
  }

  #side(place: Place | null) {
    return html`
      <header class="side">
        <button class="skip" type="button" @click=${this.#skip}>Skip to the content</button>
        ${this.#brand()}
        <div class="places">${this.#nav(place)}</div>
        ${this.#connection()}
        <hub-account .hub=${this.hub}></hub-account>
      </header>
    `;
  }

  #top(place: Place | null) {
    return html`
      <header class="top">
        <button type="button" aria-label="Menu" aria-expanded=${this.drawer} @click=${this.#open}>
          ${icon("menu")}
        </button>
        <b class="ellipsis">${place?.title ?? this.hub.info.name}</b>
        ${this.#connection()}
        <hub-account compact .hub=${this.hub}></hub-account>
      </header>
    `;
  }

  #drawer(place: Place | null) {
    return html`
      <wa-drawer
        placement="start"
        label=${this.hub.info.name}
        light-dismiss
        ?open=${this.drawer}
        @wa-after-hide=${() => this.drawer = false}
      >${this.#nav(place)}</wa-drawer>
    `;
  }

  #open = (): void => {
    this.drawer = true;
  };

  #skip = (): void => {
    this.renderRoot.querySelector("main")?.focus();
  };
}

define("hub-frame", HubFrame);
