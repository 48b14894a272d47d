/** One audit record as a row; choosing it opens its details. */

import { css, html, LitElement, nothing } from "lit";
import { define } from "../../components/hub_element.ts";
import { icon } from "../../components/icon.ts";
import { exactTime } from "../../components/time.ts";
import type { AuditRecord } from "../../data/audit.ts";
import { base, pill } from "../../styles/shared.ts";
import { recordGrid } from "./audit_styles.ts";
import { actorName, TONES } from "./words.ts";

export class AuditRow extends LitElement {
  static override properties = {
    record: { attribute: false },
    altered: { type: Boolean },
    current: { type: Boolean },
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
      :host([current]) .row {
        background: var(--hub-accent-soft);
      }
      .action {
        font-family: var(--hub-mono);
        font-size: 12.5px;
      }
    `,
  ];
  declare record: AuditRecord;
  declare altered: boolean;
  declare current: boolean;

  constructor() {
    super();
    this.altered = false;
    this.current = false;
  }

  override render() {
    const { record } = this;
    const took = record.execution_ms;
    return html`
      <div class="row grid" role="row">
        <span class="time nums" role="cell">
          <button
            type="button"
            aria-haspopup="dialog"
            aria-label="Record ${record.seq}, ${exactTime(record.time)}"
            @click=${this.#choose}
          >${icon("chevron-right")}${exactTime(record.time)}</button>
        </span>
        <span class="actor ellipsis" role="cell">${this.#actor()}</span>
        <span class="action ellipsis" role="cell">${record.action}</span>
        <span class="target ellipsis" role="cell" title=${record.target}>${record.target}</span>
        <span class="outcome" role="cell">
          <span class="pill ${TONES[record.outcome] ?? ""}">${record.outcome}</span>
          ${this.#flags()}
        </span>
        <span class="took nums quiet" role="cell">
          ${took === null ? "" : `${took.toFixed(1)} ms`}
        </span>
      </div>
    `;
  }

  #flags() {
    const flagged = this.record.details["flagged"];
    return html`
      ${this.altered ? html`<span class="pill bad">altered</span>` : nothing}
      ${flagged ? html`<span class="pill warn" title=${String(flagged)}>flagged</span>` : nothing}
    `;
  }

  #actor() {
    const { kind } = this.record.actor;
    const who = actorName(this.record);
    return who === kind ? kind : html`${who} <span class="quiet small">${kind}</span>`;
  }

  #choose = (): void => {
    const detail = this.record.seq;
    this.dispatchEvent(new CustomEvent("choose", { detail, bubbles: true, composed: true }));
  };
}

define("audit-record", AuditRow);
