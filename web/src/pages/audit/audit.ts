/** Admin -> Audit: who did what, found by filters, with details, timelines, proof and export. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/drawer/drawer.js";
import "@awesome.me/webawesome/dist/components/dropdown/dropdown.js";
import "@awesome.me/webawesome/dist/components/dropdown-item/dropdown-item.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import { html, nothing, type PropertyValues } from "lit";
import { define, HubElement } from "../../components/hub_element.ts";
import { icon } from "../../components/icon.ts";
import { empty, failure, notice, noticeStyles, skeletons } from "../../components/notice.ts";
import { progressBar, progressStyles } from "../../components/progress.ts";
import { Resource } from "../../controllers/resource.ts";
import type { AuditPage, AuditRecord } from "../../data/audit.ts";
import type { AuditVerdict } from "../../data/types.ts";
import { base, choice, page, pill } from "../../styles/shared.ts";
import { auditStyles } from "./audit_styles.ts";
import "./detail.ts";
import { asked, type Filter, filterPath, isNarrowed, readFilter, readOpen } from "./filter.ts";
import { filterFields } from "./filter_fields.ts";
import { Fresh } from "./fresh.ts";
import "./record.ts";
import { verdictNotice } from "./verdict.ts";

const PAGE = 50;
const TYPING_MS = 300;

export class PageAudit extends HubElement {
  static override properties = {
    ...HubElement.properties,
    older: { state: true },
    verdict: { state: true },
    busy: { state: true },
  };
  static override styles = [
    base,
    page,
    pill,
    choice,
    noticeStyles,
    progressStyles,
    auditStyles,
  ];
  declare older: AuditPage[];
  declare verdict: AuditVerdict | null;
  declare busy: "verify" | "older" | null;
  readonly #newest = new Resource<AuditPage>(this, () => this.#fetch({ counted: "true" }));
  readonly #fresh = new Fresh(this, () => this.#look());
  #typing: ReturnType<typeof setTimeout> | undefined;
  #shown = "";

  constructor() {
    super();
    this.older = [];
    this.verdict = null;
    this.busy = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.nameThePage("Audit", "Administration");
    this.whileConnected(() => clearTimeout(this.#typing));
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("route")) return;
    const wanted = filterPath(this.#filter);
    // Opening a record changes the address as well, and nothing that is listed.
    if (wanted !== this.#shown || !this.#newest.value) void this.#refresh();
    this.#shown = wanted;
  }

  override render() {
    return html`
      <div class="page">
        <header class="head">
          <div>
            <h1>Audit</h1>
            <p class="lead">Every action, by whom, with what result. Records are chained by hash.</p>
          </div>
          ${this.#exportMenu()}
          <wa-button size="s" variant="brand" ?disabled=${this.busy === "verify"}
            @click=${() => void this.#verify()}>
            <span slot="start">${icon("verify")}</span>Verify
          </wa-button>
        </header>
        <div class="verdict" aria-live="polite">${this.#verdict()}</div>
        ${filterFields({
          filter: this.#filter,
          facets: this.#newest.value?.total?.facets ?? {},
          change: (key, value) => this.#set({ [key]: value }),
          changeSoon: (key, value) => this.#setSoon({ [key]: value }),
          clear: () => this.hub.navigate("/admin/audit", { replace: true }),
        })}
        ${this.#traceFilter()} ${this.#state()} ${this.#content()}
      </div>
      ${this.#drawer()}
    `;
  }

  get #filter(): Filter {
    return readFilter(this.route.query);
  }

  get #open(): number | null {
    return readOpen(this.route.query);
  }

  #exportMenu() {
    return html`
      <wa-dropdown size="s" placement="bottom-end" @wa-select=${this.#export}>
        <wa-button slot="trigger" size="s" appearance="outlined" with-caret>Export</wa-button>
        <wa-dropdown-item value="jsonl">JSON lines, as they are stored</wa-dropdown-item>
        <wa-dropdown-item value="ocsf">OCSF events, for other tools</wa-dropdown-item>
      </wa-dropdown>
    `;
  }

  #verdict() {
    if (this.busy === "verify") {
      return progressBar("Verifying", null, "Walking the chain from the first record");
    }
    return this.verdict ? verdictNotice(this.verdict) : nothing;
  }

  #traceFilter() {
    const { trace } = this.#filter;
    if (!trace) return nothing;
    return html`
      <p class="trace">
        Only trace <code>${trace}</code>
        <a href=${this.hub.href(filterPath({ ...this.#filter, trace: "" }))}>Show all traces</a>
      </p>
    `;
  }

  #state() {
    const { count, more } = this.#fresh;
    const fresh = count === 0 ? "" : `Show ${count}${more ? "+" : ""} new`;
    return html`
      <div class="state">
        <span role="status">${this.#amount()}</span>
        ${this.#indexState()}
        <wa-button size="s" appearance="outlined" variant=${fresh ? "brand" : "neutral"}
          @click=${() => void this.#refresh()}>
          <span slot="start">${icon("refresh")}</span>${fresh || "Refresh"}
        </wa-button>
      </div>
    `;
  }

  #amount(): string {
    const total = this.#newest.value?.total;
    if (!total) return "";
    const amount = total.count.toLocaleString();
    const word = total.count === 1 && total.exact ? "record" : "records";
    return `${total.exact ? "" : "More than "}${amount} ${word}`;
  }

  #indexState() {
    const index = this.#newest.value?.index;
    if (index?.name === "building") {
      return progressBar("Index", index.share, "The index is being built; searches take longer");
    }
    if (index?.name === "failed") {
      return html`<span class="pill warn">The index cannot be written; searches take longer</span>`;
    }
    return nothing;
  }

  #content() {
    const { value, error } = this.#newest;
    if (error) return failure(error, () => void this.#refresh());
    if (!value) return html`<div class="card">${skeletons(8)}</div>`;
    const pages = [value, ...this.older];
    const records = pages.flatMap((one) => one.items);
    const last = pages[pages.length - 1] ?? value;
    return html`
      ${records.length === 0 ? this.#nothing(last) : this.#table(records, pages)}
      ${last.complete ? nothing : this.#unfinished(last)}
      ${last.next === null ? nothing : this.#more(last)}
    `;
  }

  #nothing(last: AuditPage) {
    if (!last.complete) return nothing;
    return isNarrowed(this.#filter)
      ? empty("audit", "No records", "Nothing fits these filters.")
      : empty("audit", "No records", "What happens in the hub appears here.");
  }

  #table(records: AuditRecord[], pages: AuditPage[]) {
    const altered = new Set(pages.flatMap((one) => one.altered));
    return html`
      <div class="card log" role="table" aria-label="Audit records" @choose=${this.#choose}>
        <div class="titles" role="row">
          ${["Time", "Actor", "Action", "Target", "Outcome", "Took"].map((title) =>
            html`<span role="columnheader">${title}</span>`
          )}
        </div>
        ${records.map((record) =>
          html`
            <audit-record role="rowgroup" .record=${record}
              ?altered=${altered.has(record.seq)} ?current=${record.seq === this.#open}
            ></audit-record>
          `
        )}
      </div>
    `;
  }

  #unfinished({ next }: AuditPage) {
    return html`
      <div class="more">${notice(
        "info",
        html`Looked back to record ${next} in the time there was; the index is not whole yet. Search
          further, or wait until it is.`,
      )}</div>
    `;
  }

  #more(last: AuditPage) {
    return html`
      <p class="more">
        <wa-button size="s" appearance="outlined" ?loading=${this.busy === "older"}
          @click=${() => void this.#loadOlder(last)}>${last.complete
            ? "Load more"
            : "Search further"}</wa-button>
      </p>
    `;
  }

  #drawer() {
    const seq = this.#open;
    return html`
      <wa-drawer placement="end" light-dismiss label=${seq === null ? "Record" : `Record ${seq}`}
        ?open=${seq !== null} @wa-after-hide=${this.#closed} @choose=${this.#choose}>
        ${seq === null ? nothing : html`<audit-detail .hub=${this.hub} seq=${seq}></audit-detail>`}
      </wa-drawer>
    `;
  }

  #fetch(more: Record<string, string | number | null>): Promise<AuditPage> {
    return this.hub.api.audit.list({ ...asked(this.#filter, Date.now()), limit: PAGE, ...more });
  }

  async #look(): Promise<{ count: number; more: boolean } | null> {
    const { value } = this.#newest;
    if (!value || this.#newest.loading) return null;
    const found = await this.#fetch({ after: value.last });
    return { count: found.items.length, more: found.next !== null };
  }

  async #refresh(): Promise<void> {
    await this.#newest.reload();
    this.older = [];
    this.#fresh.clear();
  }

  async #loadOlder(last: AuditPage): Promise<void> {
    this.busy = "older";
    try {
      this.older = [...this.older, await this.#fetch({ before: last.next })];
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

  #export = (event: CustomEvent<{ item: { value: string } }>): void => {
    const link = document.createElement("a");
    link.href = this.hub.api.audit.exportAddress(
      event.detail.item.value,
      asked(this.#filter, Date.now()),
    );
    link.download = "";
    link.click();
    this.hub.say("The export is being written.", "info");
  };

  #choose = (event: Event): void => {
    const { detail } = event as CustomEvent<number>;
    this.hub.navigate(filterPath(this.#filter, detail), { replace: this.#open !== null });
  };

  #closed = (event: Event): void => {
    // Other parts of the drawer hide as well, and tell it in the same way.
    if (event.target !== event.currentTarget || this.#open === null) return;
    this.hub.navigate(filterPath(this.#filter), { replace: true });
  };

  #set(change: Filter): void {
    const fresh = { ...this.#filter, ...change };
    if (filterPath(fresh) !== filterPath(this.#filter)) {
      this.hub.navigate(filterPath(fresh), { replace: true });
    }
  }

  #setSoon(change: Filter): void {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#set(change), TYPING_MS);
  }
}

define("page-audit", PageAudit);
