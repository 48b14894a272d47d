/** A person's circle: initials on the hue the hub chose. Decorative; the name stands beside it. */

import { css, html, LitElement } from "lit";
import { define } from "./hub_element.ts";

/** The first letters of the first and last word of a name. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const picked = words.length > 1 ? [words[0], words.at(-1)] : words;
  return picked.map((word) => [...word!][0]!.toLocaleUpperCase()).join("") || "?";
}

export class HubAvatar extends LitElement {
  static override properties = {
    name: {},
    hue: { type: Number },
    size: { type: Number },
  };
  static override styles = css`
    :host {
      display: inline-grid;
      flex: none;
    }
    span {
      display: grid;
      place-items: center;
      border-radius: 50%;
      color: #fff;
      font-weight: 600;
      letter-spacing: 0.01em;
      user-select: none;
    }
  `;
  declare name: string;
  declare hue: number;
  declare size: number;

  constructor() {
    super();
    this.name = "";
    this.hue = 200;
    this.size = 32;
  }

  override render() {
    const size = this.size;
    const look = `width:${size}px;height:${size}px;font-size:${Math.round(size * 0.38)}px;` +
      `background:oklch(var(--hub-avatar-l) var(--hub-avatar-c) ${this.hue})`;
    return html`<span style=${look} aria-hidden="true">${initials(this.name)}</span>`;
  }
}

define("hub-avatar", HubAvatar);
