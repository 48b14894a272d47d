/** Why a plugin may use a permission, or may not: opened, it asks the hub. */

import { css, html, LitElement, nothing } from "lit";
import { define } from "../../components/hub_element.ts";
import { failure, noticeStyles } from "../../components/notice.ts";
import type { Hub } from "../../context/hub.ts";
import { Resource } from "../../controllers/resource.ts";
import type { PermissionWhy } from "../../data/types.ts";
import { base } from "../../styles/shared.ts";
import { askedStyles } from "./asked_styles.ts";

export class WhyPermission extends LitElement {
  static override properties = {
    hub: { attribute: false },
    plugin: { attribute: false },
    permission: { attribute: false },
  };
  static override styles = [
    base,
    noticeStyles,
    askedStyles,
    css`
      :host {
        display: block;
        height: auto;
      }
      details ul {
        padding-left: 0;
        list-style: none;
      }
      .mark {
        display: inline-block;
        width: 1.4em;
      }
      .yes {
        color: var(--hub-good);
      }
      .no {
        color: var(--hub-bad);
      }
    `,
  ];
  declare hub: Hub;
  declare plugin: string;
  declare permission: string;
  readonly #why = new Resource<PermissionWhy>(
    this,
    () => this.hub.api.plugins.why(this.plugin, this.permission),
  );

  override render() {
    const { value, error } = this.#why;
    return html`
      <details @toggle=${this.#opened}>
        <summary class="small">Why?<span class="unseen">${` ${this.permission}`}</span></summary>
        ${error ? failure(error, () => void this.#why.reload()) : nothing}
        ${value === null ? nothing : html`
          <ul role="list">${value.steps.map((step) =>
            html`
              <li class="small">${mark(step.passed)}${step.says}</li>
            `
          )}</ul>
        `}
      </details>
    `;
  }

  #opened(event: Event): void {
    if ((event.target as HTMLDetailsElement).open) void this.#why.reload();
  }
}

function mark(passed: boolean | null) {
  if (passed === null) return html`<span class="mark quiet" aria-hidden="true">·</span>`;
  return passed
    ? html`<span class="mark yes" role="img" aria-label="Yes:">✓</span>`
    : html`<span class="mark no" role="img" aria-label="No:">✗</span>`;
}

define("permission-why", WhyPermission);
