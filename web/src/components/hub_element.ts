/** The common base of pages and panels: the hub, the route, and undoing at the end. */

import { LitElement, type PropertyDeclarations } from "lit";
import type { Hub } from "../context/hub.ts";
import "./injected_styles.ts";
import type { Route } from "../shell/route.ts";

export abstract class HubElement extends LitElement {
  static override properties: PropertyDeclarations = {
    hub: { attribute: false },
    route: { attribute: false },
  };
  declare hub: Hub;
  declare route: Route;
  #undo: (() => void)[] = [];

  /** Register what must be undone when the element leaves the page. */
  protected whileConnected(...undo: (() => void)[]): void {
    this.#undo.push(...undo);
  }

  /** Name the page; what left it meanwhile (an answer that came late) names nothing. */
  protected nameThePage(...parts: string[]): void {
    if (this.isConnected) this.hub.setTitle(...parts);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const undo of this.#undo.splice(0)) undo();
  }
}

/** Define a custom element once, even if two bundles bring it. */
export function define(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element);
}
