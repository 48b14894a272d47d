/** The audit log behind the REST door. */

import type { Http, Query } from "./http.ts";
import type { AuditVerdict, Outcome } from "./types.ts";

export interface AuditActor {
  kind: string;
  id: string;
  name: string;
  /** Of a plugin: which version, and the digest of its package. */
  version: string;
  digest: string;
}

export interface AuditRecord {
  seq: number;
  id: string;
  time: string;
  trace: string;
  /** Id of the record of the call that caused it. */
  parent: string;
  actor: AuditActor;
  on_behalf_of: string | null;
  action: string;
  target: string;
  outcome: Outcome;
  reason: string;
  /** Which rule decided about the outcome. */
  rule: string;
  execution_ms: number | null;
  memory_mb: number | null;
  details: Record<string, unknown>;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  egress: { host: string; sent: number; received: number } | null;
  prev: string;
  hash: string;
}

export interface AuditTotal {
  count: number;
  exact: boolean;
  facets: Record<string, Record<string, number>>;
}

export interface AuditPage {
  items: AuditRecord[];
  next: string | null;
  /** False where the time was over before everything was looked at. */
  complete: boolean;
  altered: number[];
  index: { name: "ready" | "building" | "failed" | "off"; share: number };
  last: number;
  total: AuditTotal | null;
}

export interface AuditStep {
  record: AuditRecord;
  depth: number;
  start_ms: number;
  took_ms: number;
  parent: number | null;
}

export interface Journey {
  trace: string;
  steps: AuditStep[];
  took_ms: number;
  complete: boolean;
  altered: number[];
}

const SEARCH_MS = 30_000;
const VERIFY_MS = 300_000;

export class AuditApi {
  constructor(private readonly http: Http) {}
  list(query: Query): Promise<AuditPage> {
    return this.http.send("GET", "audit", { query, deadlineMs: SEARCH_MS });
  }
  get(seq: number): Promise<{ record: AuditRecord; intact: boolean }> {
    return this.http.get(`audit/${seq}`);
  }
  journey(trace: string): Promise<Journey> {
    return this.http.get(`audit/traces/${encodeURIComponent(trace)}`);
  }
  verify(): Promise<AuditVerdict> {
    return this.http.send("POST", "audit/verify", { deadlineMs: VERIFY_MS });
  }
  /** Where a browser fetches what fits, as a file. */
  exportAddress(format: string, query: Query): string {
    return this.http.address("audit/export", { ...query, format }).href;
  }
}
