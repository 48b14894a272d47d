/** How the parts of a record are put for people. Pure. */

import type { AuditRecord } from "../../data/audit.ts";
import type { Outcome } from "../../data/types.ts";

export const OUTCOMES: Outcome[] = ["ok", "denied", "failed", "timeout", "crashed", "vetoed"];

export const TONES: Record<Outcome, string> = {
  ok: "good",
  denied: "warn",
  vetoed: "warn",
  failed: "bad",
  timeout: "bad",
  crashed: "bad",
};

export function actorName({ actor }: AuditRecord): string {
  return actor.name || actor.id || actor.kind;
}

export function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  if (count < 1024 ** 2) return `${(count / 1024).toFixed(1)} KiB`;
  return `${(count / 1024 ** 2).toFixed(1)} MiB`;
}
