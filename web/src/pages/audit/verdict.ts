/** The result of verifying the audit log, in words. */

import { html } from "lit";
import { counted } from "../plugins/kept.ts";
import { notice } from "../../components/notice.ts";
import type { AuditVerdict } from "../../data/types.ts";

export function verdictNotice(verdict: AuditVerdict) {
  const amount = verdict.records.toLocaleString();
  const rows = verdict.rows;
  if (verdict.ok && rows && rows.different > 0) {
    const shown = rows.first.slice(0, 3).map((one) => `${one.seq} (${one.problem})`).join(", ");
    return notice(
      "warn",
      html`The chain is whole: all ${amount} records are as they were written.
        <b>${counted(rows.different, "row")} of the table logs</b> ${
        rows.different === 1 ? "is" : "are"
      } not as the chain has them: ${shown}${rows.different > 3 ? " and more" : ""}.`,
    );
  }
  if (verdict.ok) {
    return notice("good", `The chain is whole: all ${amount} records are as they were written.`);
  }
  const bad = verdict.first_bad;
  if (!bad) return notice("bad", `The chain is broken somewhere in ${amount} records.`);
  return notice(
    "bad",
    html`<b>The chain is broken at record ${bad.seq}</b>: ${bad.problem} (${bad.file}, line
      ${bad.line}). Records before it are as they were written; compare this file with a backup.`,
  );
}
