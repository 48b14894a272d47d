/** Everything that one audit record says, with the journey that it belongs to. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { define } from "../../components/hub_element.ts";
import { failure, notice, noticeStyles, skeletons } from "../../components/notice.ts";
import { exactTime } from "../../components/time.ts";
import type { Hub } from "../../context/hub.ts";
import type { AuditRecord } from "../../data/audit.ts";
import { type ApiError, asApiError } from "../../data/error.ts";
import { base, pill } from "../../styles/shared.ts";
import { changes, isChanged } from "./change.ts";
import { filterPath } from "./filter.ts";
import "./timeline.ts";
import { actorName, bytes, TONES } from "./words.ts";

type Fact = [name: string, value: TemplateResult | string | number];

export class AuditDetail extends LitElement {
  static override properties = {
    hub: { attribute: false },
    seq: { type: Number },
    found: { state: true },
    error: { state: true },
  };
  static override styles = [
    base,
    pill,
    noticeStyles,
    css`
      :host {
        display: grid;
        gap: 20px;
        font-size: 13px;
      }
      h3 {
        margin-bottom: 8px;
        font-size: 13px;
        font-weight: 620;
      }
      .first {
        display: flex;
        flex-wrap: wrap;
        gap: 6px 10px;
        align-items: center;
        overflow-wrap: anywhere;
      }
      .first code {
        font-size: 14px;
        font-weight: 600;
      }
      dl {
        display: grid;
        grid-template-columns: 104px minmax(0, 1fr);
        gap: 6px 12px;
      }
      dt {
        color: var(--hub-quiet);
      }
      dd {
        overflow-wrap: anywhere;
      }
      .scroll {
        overflow-x: auto;
        border: 1px solid var(--hub-line);
        border-radius: var(--hub-radius);
      }
      table {
        width: 100%;
        border-collapse: collapse;
        font-size: 12.5px;
      }
      th,
      td {
        padding: 6px 10px;
        text-align: start;
        vertical-align: top;
        overflow-wrap: anywhere;
      }
      th {
        font-weight: 540;
        color: var(--hub-quiet);
      }
      tr + tr > *,
      tbody tr:first-child > * {
        border-top: 1px solid var(--hub-line);
      }
      tr.changed .before {
        background: var(--hub-bad-soft);
      }
      tr.changed .after {
        background: var(--hub-good-soft);
      }
      pre {
        margin: 0;
        padding: 10px 12px;
        border-radius: var(--hub-radius);
        background: var(--hub-sunken);
        border: 1px solid var(--hub-line);
        font: 12.5px/1.5 var(--hub-mono);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
    `,
  ];
  declare hub: Hub;
  declare seq: number;
  declare found: { record: AuditRecord; intact: boolean } | null;
  declare error: ApiError | null;

  constructor() {
    super();
    this.found = null;
    this.error = null;
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("seq") && this.seq) void this.#load();
  }

  override render() {
    if (this.error) return failure(this.error, () => void this.#load());
    if (!this.found) return skeletons(6);
    const { record, intact } = this.found;
    return html`
      <div class="first">
        <code>${record.action}</code>
        <span class="pill ${TONES[record.outcome] ?? ""}">${record.outcome}</span>
      </div>
      ${intact ? nothing : notice(
        "bad",
        html`<b>This record was changed after it was written</b>: its hash does not fit its bytes.
          What stands here is not to be trusted; compare the segment with a backup.`,
      )}
      <dl>${this.#facts(record).map(([name, value]) =>
        html`
          <dt>${name}</dt>
          <dd>${value}</dd>
        `
      )}</dl>
      ${this.#changes(record)}
      ${Object.keys(record.details).length === 0 ? nothing : html`
        <section aria-label="Details">
          <h3>Details</h3>
          <pre>${JSON.stringify(record.details, null, 2)}</pre>
        </section>
      `}
      <section aria-label="Trace">
        <h3>Trace</h3>
        <audit-timeline .hub=${this.hub} trace=${record.trace} current=${record
          .seq}></audit-timeline>
      </section>
    `;
  }

  #facts(record: AuditRecord): Fact[] {
    const { actor, egress } = record;
    const facts: (Fact | null)[] = [
      ["Record", record.seq],
      ["Time", html`<time datetime=${record.time}>${exactTime(record.time)}</time>`],
      ["By", this.#actor(record)],
      actor.version ? ["Version", actor.version] : null,
      actor.digest ? ["Package", html`<code>${actor.digest}</code>`] : null,
      record.on_behalf_of ? ["On behalf of", this.#person(record.on_behalf_of)] : null,
      ["Target", record.target || "–"],
      record.reason ? ["Reason", record.reason] : null,
      record.rule ? ["Decided by", html`<code>${record.rule}</code>`] : null,
      record.execution_ms === null ? null : ["Took", `${record.execution_ms.toFixed(1)} ms`],
      record.memory_mb === null ? null : ["Memory", `${record.memory_mb.toFixed(1)} MB`],
      egress ? ["Outside", this.#egress(egress)] : null,
      record.details["flagged"] ? ["Flagged", String(record.details["flagged"])] : null,
      ["Trace", html`<a href=${this.#traceLink(record)}><code>${record.trace}</code></a>`],
      ["Hash", html`<code>${record.hash}</code>`],
      ["Previous", html`<code>${record.prev}</code>`],
    ];
    return facts.filter((one) => one !== null);
  }

  #actor(record: AuditRecord) {
    const { kind } = record.actor;
    const who = actorName(record);
    return who === kind ? kind : html`${who} <span class="quiet">${kind}</span>`;
  }

  #egress({ host, sent, received }: NonNullable<AuditRecord["egress"]>) {
    return `${host}: ${bytes(sent)} sent, ${bytes(received)} received`;
  }

  #person(id: string) {
    return html`<a href=${this.hub.href(`/people/${encodeURIComponent(id)}`)}>${id}</a>`;
  }

  #traceLink({ trace }: AuditRecord): string {
    return this.hub.href(filterPath({ trace }));
  }

  #changes(record: AuditRecord) {
    const fields = changes(record.before, record.after);
    if (fields.length === 0) return nothing;
    return html`
      <section aria-label="What changed">
        <h3>What changed</h3>
        <div class="scroll" tabindex="0" role="group" aria-label="Before and after">
          <table>
            <thead>
              <tr>
                <th scope="col">Field</th>
                <th scope="col">Before</th>
                <th scope="col">After</th>
              </tr>
            </thead>
            <tbody>
              ${fields.map((one) =>
                html`
                  <tr class=${isChanged(one) ? "changed" : ""}>
                    <th scope="row">${one.name}</th>
                    <td class="before">${one.before ?? html`<span class="quiet">–</span>`}</td>
                    <td class="after">${one.after ?? html`<span class="quiet">–</span>`}</td>
                  </tr>
                `
              )}
            </tbody>
          </table>
        </div>
      </section>
    `;
  }

  async #load(): Promise<void> {
    const seq = this.seq;
    this.error = null;
    if (this.found?.record.seq !== seq) this.found = null;
    try {
      const found = await this.hub.api.audit.get(seq);
      if (seq === this.seq) this.found = found;
    } catch (thrown) {
      if (seq === this.seq) this.error = asApiError(thrown);
    }
  }
}

define("audit-detail", AuditDetail);
