/** A job's state in words and colours. */

import { html } from "lit";
import type { Job } from "../../data/jobs.ts";

const OUTCOMES: Record<string, [label: string, tone: string]> = {
  ok: ["Succeeded", "good"],
  failed: ["Failed", "bad"],
  timeout: ["Took too long", "bad"],
  crashed: ["Crashed", "bad"],
  denied: ["Denied", "bad"],
  vetoed: ["Left out", "warn"],
};

export function outcomePill(outcome: string) {
  const [label, tone] = OUTCOMES[outcome] ?? [outcome, ""];
  return html`<span class="pill ${tone}"><span class="dot"></span>${label}</span>`;
}

/** Why a job has no next run; empty where it has one. */
export function standstill(job: Job): string {
  if (!job.active) return "Its plugin is not running";
  if (job.paused) return "Paused";
  return job.next_run_at ? "" : "Never again";
}
