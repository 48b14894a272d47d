/**
 * Style sheets of plugins, for the page and for the inside of every component of the hub.
 *
 * A component's own tree is closed to the page's sheets, so each component takes them in itself.
 */

import { LitElement, type ReactiveController } from "lit";

const hosts = new Set<LitElement>();
let injected: CSSStyleSheet[] = [];

function wear(root: Document | ShadowRoot, before: CSSStyleSheet[]): void {
  const own = root.adoptedStyleSheets.filter((sheet) => !before.includes(sheet));
  root.adoptedStyleSheets = [...own, ...injected];
}

/** Put these sheets in the place of those that were injected so far. */
export function injectStyles(sheets: CSSStyleSheet[]): void {
  const before = injected;
  injected = sheets;
  wear(document, before);
  for (const host of hosts) if (host.shadowRoot) wear(host.shadowRoot, before);
}

class Wearer implements ReactiveController {
  #worn: CSSStyleSheet[] = [];
  constructor(private readonly host: LitElement) {}

  hostConnected(): void {
    hosts.add(this.host);
    if (this.host.shadowRoot) wear(this.host.shadowRoot, this.#worn);
  }

  hostDisconnected(): void {
    this.#worn = injected;
    hosts.delete(this.host);
  }
}

// Before any element is defined: classes take their initializers over when they are defined.
LitElement.addInitializer((element) => {
  if (element instanceof LitElement) element.addController(new Wearer(element));
});
