/** Where the element of the current place stands. Loads its module, keeps it while it is current. */

import { css, html, LitElement, type PropertyValues } from "lit";
import { define } from "../components/hub_element.ts";
import { failure, noticeStyles, skeletons } from "../components/notice.ts";
import type { Hub, Panel } from "../context/hub.ts";
import type { LiveState } from "../data/live.ts";
import { ApiError, asApiError } from "../data/error.ts";
import { base } from "../styles/shared.ts";
import type { Place } from "./place.ts";
import type { Route } from "./route.ts";

export class HubOutlet extends LitElement {
  static override properties = {
    hub: { attribute: false },
    route: { attribute: false },
    place: { attribute: false },
    panel: { state: true },
    error: { state: true },
  };
  static override styles = [
    base,
    noticeStyles,
    css`
      :host {
        display: block;
        height: 100%;
        min-height: 0;
      }
      .pad {
        padding: 24px var(--hub-gutter);
        max-width: 760px;
      }
    `,
  ];
  declare hub: Hub;
  declare route: Route;
  declare place: Place;
  declare panel: Panel | null;
  declare error: ApiError | null;
  #undo = () => {};

  constructor() {
    super();
    this.panel = null;
    this.error = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#undo = this.hub.live.on<LiveState>("state", (state) => {
      if (this.error && state === "online") void this.#mount(this.place.element(this.route));
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#undo();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("place") && !changed.has("route") && !changed.has("hub")) return;
    const wanted = this.place.element(this.route);
    if (this.panel?.localName === wanted) this.#feed(this.panel);
    else void this.#mount(wanted);
  }

  override render() {
    if (this.error) {
      return html`<div class="pad">${failure(this.error, () => location.reload())}</div>`;
    }
    return this.panel ?? skeletons(6);
  }

  #feed(panel: Panel): void {
    panel.hub = this.hub;
    panel.route = this.route;
  }

  async #mount(element: string): Promise<void> {
    const place = this.place;
    try {
      await place.load(new URL(document.baseURI)).catch(notLoaded);
      if (this.place.element(this.route) !== element) return;
      this.#stand(element);
    } catch (thrown) {
      if (this.place === place) this.error = asApiError(thrown);
    }
  }

  #stand(element: string): void {
    if (!customElements.get(element)) {
      throw new ApiError(0, {
        code: "unexpected",
        message: `The panel "${this.place.title}" did not bring its element ${element}.`,
        next: "Ask an administrator to look at the plugin that owns it.",
      });
    }
    const panel = document.createElement(element) as Panel;
    this.#feed(panel);
    this.error = null;
    this.panel = panel;
  }
}

/** A browser says of a module that did not come only what its address was. */
function notLoaded(): never {
  throw new ApiError(0, {
    code: "unreachable",
    message: "This page could not be loaded.",
    next: "The hub may be away, or was updated meanwhile.",
  });
}

define("hub-outlet", HubOutlet);
