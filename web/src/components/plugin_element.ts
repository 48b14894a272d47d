/** The place of a custom element that a trusted plugin brings: loads its module, sets its properties. */

import { css, LitElement, type PropertyValues } from "lit";
import { ApiError } from "../data/error.ts";
import { base } from "../styles/shared.ts";
import { define } from "./hub_element.ts";
import { failure, noticeStyles, skeletons } from "./notice.ts";

export class PluginElement extends LitElement {
  static override properties = {
    element: {},
    module: {},
    given: { attribute: false },
    standing: { state: true },
    error: { state: true },
  };
  static override styles = [
    base,
    noticeStyles,
    css`
      :host {
        display: block;
        min-width: 0;
      }
    `,
  ];
  declare element: string;
  /** Address of the module, below the hub's base. */
  declare module: string;
  /** Properties for the element. */
  declare given: Record<string, unknown>;
  declare standing: HTMLElement | null;
  declare error: ApiError | null;

  constructor() {
    super();
    this.standing = null;
    this.error = null;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("element") || changed.has("module")) void this.#stand();
    else if (this.standing && changed.has("given")) Object.assign(this.standing, this.given);
  }

  override render() {
    if (this.error) return failure(this.error, () => location.reload());
    return this.standing ?? skeletons(2);
  }

  async #stand(): Promise<void> {
    const { element, module } = this;
    this.standing = null;
    this.error = null;
    const came = await import(new URL(module, document.baseURI).href).then(() => true, () => false);
    if (element !== this.element || module !== this.module) return;
    if (!came || !customElements.get(element)) this.error = missing(element, came);
    else this.standing = Object.assign(document.createElement(element), this.given);
  }
}

function missing(element: string, came: boolean): ApiError {
  return new ApiError(0, {
    code: "unexpected",
    message: came
      ? `The plugin did not bring its element ${element}.`
      : "A part of a plugin could not be loaded.",
    next: "Ask an administrator to look at the plugin that owns it.",
  });
}

define("hub-plugin-element", PluginElement);
