/** Words about what a plugin asks for: by risk, against before, and how it was used. */

import { html, nothing } from "lit";
import { ago } from "../../components/time.ts";
import type { AskedPermission, PermissionChange } from "../../data/types.ts";

type Risk = AskedPermission["risk"];

export const RISKS: Record<Risk, string> = {
  high: "High risk",
  medium: "Medium risk",
  low: "Low risk",
};

/** Groups in the order in which one reads them, the riskiest first; empty ones are left out. */
export function byRisk<T extends { risk: Risk }>(items: T[]): [Risk, T[]][] {
  return (Object.keys(RISKS) as Risk[])
    .map((risk): [Risk, T[]] => [risk, items.filter((one) => one.risk === risk)])
    .filter(([, group]) => group.length > 0);
}

export function changeText(change: PermissionChange): string {
  const after = change.after_words || "no limit";
  const before = change.before_words || "no limit";
  switch (change.kind) {
    case "new":
      return `${change.name} is new${change.after_words ? `: ${after}` : ""}.`;
    case "gone":
      return `${change.name} is asked for no more.`;
    case "wider":
      return `${change.name} reaches further: ${after} (it was: ${before}).`;
    case "narrower":
      return `${change.name} reaches less far: ${after} (it was: ${before}).`;
  }
}

/** How often it was used and refused, as far as that is known. */
export function usage(one: AskedPermission): string {
  const used = one.last_used === null
    ? "Never used."
    : `Used ${times(one.used_times)}, last ${ago(one.last_used)}.`;
  return one.refused_times === 0 ? used : `${used} Refused ${times(one.refused_times)}.`;
}

function times(count: number): string {
  return count === 1 ? "once" : `${count.toLocaleString()} times`;
}

export function unlocks(one: AskedPermission) {
  if (one.unlocks.length === 0) return nothing;
  return html`
    <details class="unlocks">
      <summary class="small">What it unlocks<span class="unseen">${` ${one.name}`}</span></summary>
      <ul>${one.unlocks.map((sentence) => html`<li class="quiet small">${sentence}</li>`)}</ul>
    </details>
  `;
}
