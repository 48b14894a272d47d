/** One audit record: a row, and its details when it is opened. */

import { css, html, LitElement, nothing } from "lit";
import { define } from "../../components/hub_element.ts";
import { icon } from "../../components/icon.ts";
import { exactTime } from "../../components/time.ts";
import type { Hub } from "../../context/hub.ts";
import type { AuditRecord, Outcome } from "../../data/types.ts";
import { base, pill } from "../../styles/shared.ts";
import { recordGrid } from "./audit_styles.ts";
import { type Filter, filterPath } from "./filter.ts";

const TONES: Record<Outcome, string> = {
  ok: "good",
  denied: "warn",
  vetoed: "warn",
  failed: "bad",
  timeout: "bad",
  crashed: "bad",
};

export class AuditRow extends LitElement {
  static override properties = {
    hub: { attribute: false },
    record: { attribute: false },
    filter: { attribute: false },
    open: { state: true },
  };
  static override styles = [
    base,
    pill,
    recordGrid,
    css`
      :host {
        display: block;
        border-bottom: 1px solid var(--hub-line);
      }
      :host(:last-child) {
        border: 0;
      }
      .row {
        position: relative;
        font-size: 13px;
      }
      .row:hover {
        background: var(--hub-hover);
      }
      .time button {
        display: flex;
        align-items: center;
        gap: 6px;
        padding: 0;
        border: 0;
        background: none;
        cursor: pointer;
        color: var(--hub-quiet);
        white-space: nowrap;
      }
      /* The whole row opens, the button is what the keyboard finds. */
      .time button::after {
        content: "";
        position: absolute;
        inset: 0;
      }
      button svg {
        transition: rotate 120ms;
      }
      button[aria-expanded="true"] svg {
        rotate: 90deg;
      }
      .action {
        font-family: var(--hub-mono);
        font-size: 12.5px;
      }
      .details {
        display: grid;
        gap: 12px;
        padding: 6px 16px 16px 38px;
      }
      dl {
        display: grid;
        grid-template-columns: 110px minmax(0, 1fr);
        gap: 5px 12px;
        font-size: 13px;
      }
      dt {
        color: var(--hub-quiet);
      }
      dd {
        overflow-wrap: anywhere;
      }
      pre {
        margin: 12px 0 0;
        padding: 10px 12px;
        border-radius: var(--hub-radius);
        background: var(--hub-sunken);
        border: 1px solid var(--hub-line);
        font: 12.5px/1.5 var(--hub-mono);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      @media (max-width: 900px) {
        .details {
          padding-inline: 16px;
        }
      }
      @media (max-width: 500px) {
        dl {
          grid-template-columns: 84px minmax(0, 1fr);
        }
      }
    `,
  ];
  declare hub: Hub;
  declare record: AuditRecord;
  declare filter: Filter;
  declare open: boolean;

  constructor() {
    super();
    this.open = false;
  }

  override render() {
    const { record } = this;
    const took = record.execution_ms;
    return html`
      <div class="row grid" role="row">
        <span class="time nums" role="cell">
          <button
            type="button"
            aria-expanded=${this.open}
            aria-label="Record ${record.seq}, ${exactTime(record.time)}"
            @click=${() => this.open = !this.open}
          >${icon("chevron-right")}${exactTime(record.time)}</button>
        </span>
        <span class="actor ellipsis" role="cell">${this.#actor()}</span>
        <span class="action ellipsis" role="cell">${record.action}</span>
        <span class="target ellipsis" role="cell" title=${record.target}>${record.target}</span>
        <span class="outcome" role="cell">
          <span class="pill ${TONES[record.outcome] ?? ""}">${record.outcome}</span>
          ${record.details["flagged"]
            ? html`<span class="pill warn" title=${
              String(record.details["flagged"])
            }>flagged</span>`
            : nothing}
        </span>
        <span class="took nums quiet" role="cell">
          ${took === null ? "" : `${took.toFixed(1)} ms`}
        </span>
      </div>
      ${this.open ? this.#details() : nothing}
    `;
  }

  #actor() {
    const { kind, id, name } = this.record.actor;
    const who = name || id || kind;
    return who === kind ? kind : html`${who} <span class="quiet small">${kind}</span>`;
  }

  #details() {
    const { record } = this;
    const memory = record.memory_mb;
    const flagged = record.details["flagged"];
    const flag: [string, unknown][] = flagged ? [["Flagged", flagged]] : [];
    const facts: [string, unknown][] = [
      ["Record", record.seq],
      ["Target", record.target || "–"],
      ["Reason", record.reason || "–"],
      ...flag,
      ["On behalf of", this.#person()],
      ["Memory", memory === null ? "–" : `${memory.toFixed(1)} MB`],
      ["Trace", this.#trace()],
      ["Hash", html`<code>${record.hash}</code>`],
      ["Previous", html`<code>${record.prev}</code>`],
    ];
    return html`
      <div class="details" role="row">
        <div role="cell">
          <dl>${facts.map(([name, value]) =>
            html`
              <dt>${name}</dt>
              <dd>${value}</dd>
            `
          )}</dl>
          ${Object.keys(record.details).length === 0
            ? nothing
            : html`<pre aria-label="Details">${JSON.stringify(record.details, null, 2)}</pre>`}
        </div>
      </div>
    `;
  }

  #person() {
    const id = this.record.on_behalf_of;
    return id ? html`<a href=${this.hub.href(`/people/${id}`)}>${id}</a>` : "–";
  }

  #trace() {
    const { trace } = this.record;
    const path = filterPath({ trace });
    return html`<a href=${this.hub.href(path)}><code>${trace}</code></a>`;
  }
}

define("audit-record", AuditRow);
