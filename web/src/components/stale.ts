/** Says that a plugin's script still runs in this page though it was taken away, and offers the way out. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import { css, html, LitElement } from "lit";
import { base } from "../styles/shared.ts";
import { define } from "./hub_element.ts";
import { icon } from "./icon.ts";

export class HubStale extends LitElement {
  static override styles = [
    base,
    css`
      div {
        position: fixed;
        z-index: 50;
        inset: 12px 0 auto;
        margin-inline: auto;
        width: min(620px, calc(100vw - 24px));
        display: flex;
        flex-wrap: wrap;
        gap: 10px;
        align-items: center;
        padding: 10px 12px 10px 14px;
        border: 1px solid var(--hub-line-strong);
        border-radius: var(--hub-radius-large);
        background: var(--hub-warn-soft);
        color: var(--hub-text);
        box-shadow: var(--hub-shadow);
        font: var(--hub-font);
      }
      svg {
        color: var(--hub-warn);
      }
      p {
        flex: 1 1 240px;
        min-width: 0;
      }
    `,
  ];

  override render() {
    return html`
      <div role="status">
        ${icon("warning")}
        <p>A plugin's script was changed or taken away. It runs in this page until you reload it.</p>
        <wa-button size="s" appearance="outlined" @click=${() => location.reload()}>
          Reload the page
        </wa-button>
      </div>
    `;
  }
}

define("hub-stale", HubStale);
