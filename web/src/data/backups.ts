/** The door to the hub's backups. Names follow the wire. */

import type { Http } from "./http.ts";
import type { Job } from "./jobs.ts";
import type { Page } from "./types.ts";

export interface Backup {
  name: string;
  path: string;
  size: number;
  created: string;
  version: string;
  note: string;
  files: number;
  problem: string;
  verified: string;
}

export type Backups = Page<Backup> & {
  making: string;
  share: number;
  verifying: string;
  keep: number;
  job: Job | null;
};

export class BackupsApi {
  constructor(private readonly http: Http) {}
  list(): Promise<Backups> {
    return this.http.get("backups");
  }
  create(note: string): Promise<unknown> {
    return this.http.send("POST", "backups", { body: { note }, deadlineMs: LONG_MS });
  }
  verify(name: string): Promise<unknown> {
    return this.http.send("POST", `${address(name)}/verify`, { deadlineMs: LONG_MS });
  }
  remove(name: string): Promise<void> {
    return this.http.send("DELETE", address(name));
  }
  /** Where a backup is fetched, relative to the document's base. */
  file(name: string): string {
    return `api/v1/${address(name)}/file`;
  }
}

/** The hub answers after half a minute at the latest, and goes on. */
const LONG_MS = 45_000;

function address(name: string): string {
  return `backups/${encodeURIComponent(name)}`;
}
