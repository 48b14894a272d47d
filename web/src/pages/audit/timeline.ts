/** One journey as nested bars: what caused what, when it began and how long it took. */

import { css, html, LitElement, nothing } from "lit";
import { styleMap } from "lit/directives/style-map.js";
import { define } from "../../components/hub_element.ts";
import { failure, notice, noticeStyles, skeletons } from "../../components/notice.ts";
import type { Hub } from "../../context/hub.ts";
import type { AuditStep, Journey } from "../../data/audit.ts";
import { type ApiError, asApiError } from "../../data/error.ts";
import { base, pill } from "../../styles/shared.ts";
import { actorName, TONES } from "./words.ts";

const SMALLEST = 0.8;
const DEEPEST = 8;

export class AuditTimeline extends LitElement {
  static override properties = {
    hub: { attribute: false },
    trace: {},
    current: { type: Number },
    journey: { state: true },
    error: { state: true },
  };
  static override styles = [
    base,
    pill,
    noticeStyles,
    css`
      :host {
        display: block;
      }
      ol {
        display: grid;
        border: 1px solid var(--hub-line);
        border-radius: var(--hub-radius);
        overflow: hidden;
      }
      li + li {
        border-top: 1px solid var(--hub-line);
      }
      button {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 2px 10px;
        width: 100%;
        padding: 6px 10px 8px;
        border: 0;
        background: none;
        text-align: start;
        font-size: 12.5px;
        cursor: pointer;
      }
      button:hover {
        background: var(--hub-hover);
      }
      button[aria-current] {
        background: var(--hub-accent-soft);
      }
      button:focus-visible {
        outline-offset: -2px;
      }
      .name {
        font-family: var(--hub-mono);
        overflow-wrap: anywhere;
      }
      .track {
        grid-column: 1 / -1;
        position: relative;
        height: 6px;
        border-radius: 3px;
        background: var(--hub-hover);
      }
      .bar {
        position: absolute;
        inset-block: 0;
        border-radius: 3px;
        background: var(--hub-good);
      }
      .bar.warn {
        background: var(--hub-warn);
      }
      .bar.bad {
        background: var(--hub-bad);
      }
      p {
        margin-bottom: 8px;
      }
    `,
  ];
  declare hub: Hub;
  declare trace: string;
  declare current: number;
  declare journey: Journey | null;
  declare error: ApiError | null;

  constructor() {
    super();
    this.journey = null;
    this.error = null;
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("trace") && this.trace) void this.#load();
  }

  override render() {
    const { journey, error } = this;
    if (error) return failure(error, () => void this.#load());
    if (!journey) return skeletons(3);
    const steps = journey.steps.length;
    return html`
      <p class="small quiet">
        ${steps} ${steps === 1 ? "record" : "records"} in ${journey.took_ms.toFixed(1)} ms
      </p>
      ${journey.complete
        ? nothing
        : notice("info", "This journey has more records than are shown here.")}
      <ol aria-label="Timeline of the trace">
        ${journey.steps.map((step) => this.#step(step, journey.took_ms))}
      </ol>
    `;
  }

  #step(step: AuditStep, whole: number) {
    const { record } = step;
    const left = whole > 0 ? Math.min(100 - SMALLEST, (step.start_ms / whole) * 100) : 0;
    const width = whole > 0 ? Math.max(SMALLEST, (step.took_ms / whole) * 100) : SMALLEST;
    const place = { left: `${left}%`, width: `${Math.min(width, 100 - left)}%` };
    const indent = { paddingInlineStart: `${10 + Math.min(step.depth, DEEPEST) * 14}px` };
    return html`
      <li>
        <button
          type="button"
          style=${styleMap(indent)}
          aria-current=${record.seq === this.current ? "true" : nothing}
          @click=${() => this.#choose(record.seq)}
        >
          <span class="name">${record.action} <span class="quiet">${record.target}</span></span>
          <span class="nums quiet">${step.took_ms ? `${step.took_ms.toFixed(1)} ms` : ""}</span>
          <span class="small quiet">${actorName(record)}</span>
          <span>${record.outcome === "ok"
            ? html`<span class="sr">ok</span>`
            : html`<span class="pill ${TONES[record.outcome]}">${record.outcome}</span>`}</span>
          <span class="track" aria-hidden="true">
            <span class="bar ${record.outcome === "ok" ? "" : TONES[record.outcome]}"
              style=${styleMap(place)}></span>
          </span>
        </button>
      </li>
    `;
  }

  #choose(seq: number): void {
    this.dispatchEvent(new CustomEvent("choose", { detail: seq, bubbles: true, composed: true }));
  }

  async #load(): Promise<void> {
    const trace = this.trace;
    this.error = null;
    if (this.journey?.trace !== trace) this.journey = null;
    try {
      const journey = await this.hub.api.audit.journey(trace);
      if (trace === this.trace) this.journey = journey;
    } catch (thrown) {
      if (trace === this.trace) this.error = asApiError(thrown);
    }
  }
}

define("audit-timeline", AuditTimeline);
