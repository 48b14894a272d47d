/** Admin -> Audit: who did what, newest first, with filters, details and the check of the chain. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import { html, nothing, type PropertyValues } from "lit";
import { choiceField } from "../../components/choice.ts";
import { define, HubElement } from "../../components/hub_element.ts";
import { icon } from "../../components/icon.ts";
import { empty, failure, noticeStyles, skeletons } from "../../components/notice.ts";
import { Resource } from "../../controllers/resource.ts";
import type { AuditRecord, AuditVerdict, Outcome, Page, Plugin } from "../../data/types.ts";
import { base, choice, page, pill } from "../../styles/shared.ts";
import { auditStyles } from "./audit_styles.ts";
import { type Filter, type FilterKey, filterPath, readFilter } from "./filter.ts";
import "./record.ts";
import { verdictNotice } from "./verdict.ts";

const PAGE = 50;
const OUTCOMES: Outcome[] = ["ok", "denied", "failed", "timeout", "crashed", "vetoed"];
const TYPING_MS = 300;

export class PageAudit extends HubElement {
  static override properties = {
    ...HubElement.properties,
    older: { state: true },
    next: { state: true },
    verdict: { state: true },
    busy: { state: true },
  };
  static override styles = [base, page, pill, choice, noticeStyles, auditStyles];
  declare older: AuditRecord[];
  declare next: string | null;
  declare verdict: AuditVerdict | null;
  declare busy: "verify" | "older" | null;
  readonly #newest = new Resource<Page<AuditRecord>>(this, () => this.#fetch(null));
  readonly #plugins = new Resource<Page<Plugin>>(this, () => this.hub.api.plugins.list());
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.older = [];
    this.next = null;
    this.verdict = null;
    this.busy = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.nameThePage("Audit", "Administration");
    this.whileConnected(() => clearTimeout(this.#typing));
    void this.#plugins.reload();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("route")) void this.#refresh();
  }

  override render() {
    return html`
      <div class="page">
        <header class="head">
          <div>
            <h1>Audit</h1>
            <p class="lead">Every action, by whom, with what result. Records are chained by hash.</p>
          </div>
          <wa-button size="s" appearance="outlined" @click=${() => void this.#refresh()}>
            <span slot="start">${icon("refresh")}</span>Refresh
          </wa-button>
          <wa-button size="s" variant="brand" ?loading=${this.busy === "verify"}
            @click=${() => void this.#verify()}>
            <span slot="start">${icon("verify")}</span>Verify
          </wa-button>
        </header>
        <div class="verdict" aria-live="polite">
          ${this.verdict ? verdictNotice(this.verdict) : nothing}
        </div>
        ${this.#filters()} ${this.#content()}
      </div>
    `;
  }

  get #filter(): Filter {
    return readFilter(this.route.query);
  }

  #filters() {
    const { trace } = this.#filter;
    return html`
      <div class="filters" role="search" aria-label="Filter records">
        ${this.#choice("plugin", "Plugin", (this.#plugins.value?.items ?? []).map((one) => one.id))}
        ${this.#choice("outcome", "Outcome", OUTCOMES)}
        ${this.#text("action", "Action", "Such as user.login")}
        ${this.#text("q", "Text", "Anywhere in a record")}
      </div>
      ${trace ? this.#traceFilter(trace) : nothing}
    `;
  }

  #choice(key: FilterKey, label: string, values: readonly string[]) {
    const chosen = this.#filter[key] ?? "";
    const all = chosen && !values.includes(chosen) ? [...values, chosen] : values;
    return choiceField({
      label,
      name: key,
      value: chosen,
      small: true,
      options: [["", "All"], ...all.map((value) => [value, value] as const)],
      onChange: (value) => this.#set(key, value),
    });
  }

  #text(key: FilterKey, label: string, placeholder: string) {
    return html`
      <wa-input size="s" label=${label} placeholder=${placeholder} with-clear
        .value=${this.#filter[key] ?? ""}
        @input=${(event: Event) => this.#setSoon(key, (event.target as HTMLInputElement).value)}
      ></wa-input>
    `;
  }

  #traceFilter(trace: string) {
    return html`
      <p class="trace">
        Only trace <code>${trace}</code>
        <a href=${this.hub.href(filterPath({ ...this.#filter, trace: "" }))}>Show all traces</a>
      </p>
    `;
  }

  #content() {
    const { value, error } = this.#newest;
    if (error) return failure(error, () => void this.#refresh());
    if (!value) return html`<div class="card">${skeletons(8)}</div>`;
    const records = [...value.items, ...this.older];
    if (records.length === 0) return empty("audit", "No records", "Nothing fits these filters.");
    return html`
      <div class="card log" role="table" aria-label="Audit records">
        <div class="titles" role="row">
          ${["Time", "Actor", "Action", "Target", "Outcome", "Took"].map((title) =>
            html`<span role="columnheader">${title}</span>`
          )}
        </div>
        ${records.map((record) =>
          html`
            <audit-record role="rowgroup" .hub=${this.hub} .record=${record}
              .filter=${this.#filter}></audit-record>
          `
        )}
      </div>
      ${this.next === null ? nothing : this.#more()}
    `;
  }

  #more() {
    return html`
      <p class="more">
        <wa-button size="s" appearance="outlined" ?loading=${this.busy === "older"}
          @click=${() => void this.#loadOlder()}>Load more</wa-button>
      </p>
    `;
  }

  #fetch(before: string | null): Promise<Page<AuditRecord>> {
    return this.hub.api.audit.list({ ...this.#filter, limit: PAGE, before });
  }

  async #refresh(): Promise<void> {
    this.older = [];
    await this.#newest.reload();
    this.next = this.#newest.value?.next ?? null;
  }

  async #loadOlder(): Promise<void> {
    this.busy = "older";
    try {
      const answer = await this.#fetch(this.next);
      this.older = [...this.older, ...answer.items];
      this.next = answer.next;
    } catch (thrown) {
      this.hub.sayError(thrown);
    } finally {
      this.busy = null;
    }
  }

  async #verify(): Promise<void> {
    this.busy = "verify";
    try {
      this.verdict = await this.hub.api.audit.verify();
    } catch (thrown) {
      this.hub.sayError(thrown);
    } finally {
      this.busy = null;
    }
  }

  #set(key: FilterKey, value: string): void {
    if ((this.#filter[key] ?? "") === value) return;
    this.hub.navigate(filterPath({ ...this.#filter, [key]: value }), { replace: true });
  }

  #setSoon(key: FilterKey, value: string): void {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#set(key, value ?? ""), TYPING_MS);
  }
}

define("page-audit", PageAudit);
