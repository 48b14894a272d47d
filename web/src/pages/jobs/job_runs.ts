/** The last runs of one job. */

import { html, nothing, type PropertyValues } from "lit";
import { duration } from "../../components/amount.ts";
import { define, HubElement } from "../../components/hub_element.ts";
import { failure, noticeStyles, skeletons } from "../../components/notice.ts";
import { exactTime } from "../../components/time.ts";
import { Resource } from "../../controllers/resource.ts";
import type { Job, JobRun } from "../../data/jobs.ts";
import { base, pill, table } from "../../styles/shared.ts";
import { jobStyles } from "./job_styles.ts";
import { outcomePill } from "./words.ts";

export class JobRuns extends HubElement {
  static override properties = { ...HubElement.properties, job: { attribute: false } };
  static override styles = [base, pill, table, noticeStyles, jobStyles];
  declare job: Job;
  readonly #runs = new Resource<Job & { runs: JobRun[] }>(
    this,
    () => this.hub.api.jobs.get(this.job),
  );

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("job")) void this.#runs.reload();
  }

  override render() {
    const { value, error } = this.#runs;
    if (error) return failure(error, () => void this.#runs.reload());
    if (!value) return html`<div class="runs">${skeletons(3)}</div>`;
    if (value.runs.length === 0) return html`<p class="small quiet">There were no runs yet.</p>`;
    return html`
      <div class="runs scroll" tabindex="0" role="region" aria-label="Last runs of ${value.name}">
        <table class="small">
          <thead>
            <tr>
              <th>Began</th>
              <th>Outcome</th>
              <th>Took</th>
              <th>Started by</th>
              <th>Result</th>
            </tr>
          </thead>
          <tbody>${value.runs.map(this.#row)}</tbody>
        </table>
      </div>
    `;
  }

  #row = (run: JobRun) =>
    html`
      <tr>
        <td class="nums">${exactTime(run.started_at)}</td>
        <td>${outcomePill(run.outcome)}</td>
        <td class="nums">${run.ms === null ? nothing : duration(run.ms)}</td>
        <td>${run.started_by}</td>
        <td class="said">${run.error || run.result}</td>
      </tr>
    `;
}

define("job-runs", JobRuns);
