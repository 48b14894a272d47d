/** Icons as templates for our own components, and as the icon library of Web Awesome's. */

import { registerIconLibrary } from "@awesome.me/webawesome/dist/components/icon/library.js";
import { html, type TemplateResult } from "lit";
import { unsafeSVG } from "lit/directives/unsafe-svg.js";
import { iconName, iconShapes } from "./icon_data.ts";

/** A decorative icon: the text beside it, or the control around it, carries the name. */
export function icon(name: string): TemplateResult {
  // The shapes come from the bundled icon set, never from a plugin or a person.
  return html`
    <svg
      class="icon"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.9"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >${unsafeSVG(iconShapes(iconName(name)))}</svg>
  `;
}

/**
 * Point Web Awesome's icons at the hub's own sprite sheet. Its default library is on a CDN, and
 * even its inline one is read with fetch(), which the content security policy refuses for data.
 */
export function useLocalIcons(base: URL): void {
  const resolver = (name: string) => new URL(`assets/icons.svg#${iconName(name)}`, base).href;
  registerIconLibrary("default", { resolver, spriteSheet: true });
  registerIconLibrary("system", { resolver, spriteSheet: true });
}
