/** The door to the hub's jobs. Names follow the wire. */

import type { Http } from "./http.ts";
import type { Page } from "./types.ts";

export interface Job {
  id: string;
  plugin: string;
  name: string;
  schedule: string;
  active: boolean;
  paused: boolean;
  running: number;
  progress: number | null;
  progress_text: string;
  running_since: string | null;
  next_run_at: string | null;
  last_run_at: string | null;
  last_outcome: string;
  last_error: string;
  last_result: string;
  last_ms: number | null;
}

export interface JobRun {
  id: string;
  started_at: string;
  started_by: string;
  outcome: string;
  error: string;
  result: string;
  ms: number | null;
}

export interface JobLoad {
  plugin: string;
  runs: number;
  failures: number;
  skipped: number;
  total_ms: number;
  share: number;
}

export type Jobs = Page<Job> & { load: JobLoad[] };

export class JobsApi {
  constructor(private readonly http: Http) {}
  list(): Promise<Jobs> {
    return this.http.get("jobs");
  }
  get(job: Job): Promise<Job & { runs: JobRun[] }> {
    return this.http.get(address(job));
  }
  run(job: Job): Promise<{ run: string }> {
    return this.http.send("POST", `${address(job)}/run`);
  }
  setPaused(job: Job, paused: boolean): Promise<Job> {
    return this.http.send("POST", `${address(job)}/${paused ? "pause" : "resume"}`);
  }
}

function address(job: Job): string {
  return `jobs/${encodeURIComponent(job.plugin)}/${encodeURIComponent(job.id)}`;
}
