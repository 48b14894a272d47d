/** Admin -> Jobs: what plugins do at which times, how it went, what it costs. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { comes, duration } from "../../components/amount.ts";
import { define, HubElement } from "../../components/hub_element.ts";
import { empty, failure, noticeStyles, skeletons } from "../../components/notice.ts";
import { progressBar, progressStyles } from "../../components/progress.ts";
import { ago, exactTime } from "../../components/time.ts";
import { Resource } from "../../controllers/resource.ts";
import type { Job, JobLoad, Jobs } from "../../data/jobs.ts";
import { base, page, pill, table } from "../../styles/shared.ts";
import "./job_runs.ts";
import { jobStyles } from "./job_styles.ts";
import { outcomePill, standstill } from "./words.ts";

export class PageJobs extends HubElement {
  static override properties = { ...HubElement.properties, opened: { state: true } };
  static override styles = [base, page, pill, table, noticeStyles, progressStyles, jobStyles];
  /** Keys of the jobs whose last runs are shown. */
  declare opened: ReadonlySet<string>;
  readonly #jobs = new Resource<Jobs>(this, () => this.hub.api.jobs.list());

  constructor() {
    super();
    this.opened = new Set();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const reload = () => void this.#jobs.reload();
    const { live } = this.hub;
    this.whileConnected(live.on("job.changed", reload), live.on("reset", reload));
    this.nameThePage("Jobs", "Administration");
    reload();
  }

  override render() {
    return html`
      <div class="page">
        <header class="head">
          <div>
            <h1>Jobs</h1>
            <p class="lead">
              What the hub and its plugins do at set times. A schedule names its time zone; the dates
              here are in yours.
            </p>
          </div>
        </header>
        ${this.#content()}
      </div>
    `;
  }

  #content() {
    const { value, error } = this.#jobs;
    if (error) return failure(error, () => void this.#jobs.reload());
    if (!value) return html`<div class="card">${skeletons(6)}</div>`;
    if (value.items.length === 0) {
      return empty("clock", "No jobs", "A plugin that adds jobs has them here.");
    }
    const owners = [...new Set(value.items.map((job) => job.plugin))];
    return owners.map((owner) =>
      this.#section(
        owner,
        value.items.filter((job) => job.plugin === owner),
        value.load.find((load) => load.plugin === owner),
      )
    );
  }

  #section(owner: string, jobs: Job[], load: JobLoad | undefined) {
    return html`
      <section aria-label="Jobs of ${owner}">
        <div class="owner">
          <h2>${owner === "core" ? "The hub itself" : owner}</h2>
          <span class="small quiet nums">${loadText(load)}</span>
        </div>
        <ul class="card" role="list">${repeat(jobs, keyOf, this.#row)}</ul>
      </section>
    `;
  }

  #row = (job: Job) => {
    const open = this.opened.has(keyOf(job));
    return html`
      <li class="job" data-job=${keyOf(job)}>
        <div class="name">
          <b>${job.name}</b>
          <span class="small quiet">${job.schedule}</span>
        </div>
        <div class="fact small">${this.#now(job)}</div>
        <div class="fact small">${this.#last(job)}</div>
        ${this.#acts(job, open)}
        ${job.last_error && job.last_outcome !== "ok"
          ? html`<p class="why">${job.last_error}</p>`
          : nothing}
        ${open ? html`<job-runs class="more" .hub=${this.hub} .job=${job}></job-runs>` : nothing}
      </li>
    `;
  };

  #now(job: Job) {
    if (job.running) {
      return progressBar(`Progress of ${job.name}`, job.progress, job.progress_text);
    }
    const why = standstill(job);
    if (why) return html`<span><span class="pill ${job.paused ? "warn" : ""}">${why}</span></span>`;
    const next = job.next_run_at!;
    return html`
      <span class="quiet">Next</span>
      <span class="nums" title=${exactTime(next)}>${comes(next)}</span>
    `;
  }

  #last(job: Job) {
    if (!job.last_outcome) return html`<span class="quiet">Not run yet</span>`;
    const took = job.last_ms === null ? "" : ` · ${duration(job.last_ms)}`;
    const when = job.last_run_at;
    return html`
      <span>${outcomePill(job.last_outcome)}</span>
      <span class="quiet nums" title=${when ? exactTime(when) : nothing}>
        ${when ? ago(when) : ""}${took}
      </span>
    `;
  }

  #acts(job: Job, open: boolean) {
    const pause = job.paused ? "Resume" : "Pause";
    return html`
      <div class="acts">
        <wa-button size="s" appearance="outlined" ?disabled=${!job.active || job.running > 0}
          @click=${() => void this.#run(job)}>Run now<span class="sr"> ${job
            .name}</span></wa-button>
        <wa-button size="s" appearance="outlined" @click=${() => void this.#pause(job)}>
          ${pause}<span class="sr"> ${job.name}</span>
        </wa-button>
        <wa-button size="s" appearance="plain" aria-expanded=${open}
          @click=${() => this.#toggle(job)}>
          ${open ? "Hide runs" : "Last runs"}<span class="sr"> ${job.name}</span>
        </wa-button>
      </div>
    `;
  }

  #toggle(job: Job): void {
    const opened = new Set(this.opened);
    if (!opened.delete(keyOf(job))) opened.add(keyOf(job));
    this.opened = opened;
  }

  async #run(job: Job): Promise<void> {
    try {
      await this.hub.api.jobs.run(job);
      this.hub.say(`${job.name} was started.`);
    } catch (thrown) {
      this.hub.sayError(thrown);
    }
    void this.#jobs.reload();
  }

  async #pause(job: Job): Promise<void> {
    try {
      const changed = await this.hub.api.jobs.setPaused(job, !job.paused);
      this.hub.say(`${job.name} is ${changed.paused ? "paused" : "resumed"}.`, "good");
    } catch (thrown) {
      this.hub.sayError(thrown);
    }
    void this.#jobs.reload();
  }
}

function keyOf(job: Job): string {
  return `${job.plugin}/${job.id}`;
}

function loadText(load: JobLoad | undefined): string {
  if (!load) return "Nothing ran since the hub started";
  const runs = load.runs === 1 ? "1 run" : `${load.runs} runs`;
  const failed = load.failures ? `${load.failures} failed` : "";
  const skipped = load.skipped ? `${load.skipped} left out` : "";
  const share = `${Math.round(load.share * 100)} % of the time all jobs took`;
  return [runs, failed, skipped, duration(load.total_ms), share].filter(Boolean).join(" · ");
}

define("page-jobs", PageJobs);
