/** What the audit page is looking for, as it stands in the address. Pure. */

export const FILTER_KEYS = [
  "q",
  "plugin",
  "actor",
  "action",
  "outcome",
  "target",
  "since",
  "until",
  "trace",
] as const;
export type FilterKey = typeof FILTER_KEYS[number];
export type Filter = Partial<Record<FilterKey, string>>;

/** Spans that are chosen by name; they stand in the address, and mean another moment each time. */
export const SPANS: readonly (readonly [value: string, label: string, hours: number])[] = [
  ["1h", "Last hour", 1],
  ["24h", "Last 24 hours", 24],
  ["7d", "Last 7 days", 24 * 7],
  ["30d", "Last 30 days", 24 * 30],
];

export function readFilter(query: URLSearchParams): Filter {
  const filter: Filter = {};
  for (const key of FILTER_KEYS) {
    const value = query.get(key);
    if (value) filter[key] = value;
  }
  return filter;
}

/** The record whose details are open, by its number. */
export function readOpen(query: URLSearchParams): number | null {
  const text = query.get("record") ?? "";
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** The address of a filter, and of an open record; empty fields are left out. */
export function filterPath(filter: Filter, open: number | null = null): string {
  const query = new URLSearchParams();
  for (const key of FILTER_KEYS) if (filter[key]) query.set(key, filter[key]);
  if (open !== null) query.set("record", String(open));
  const text = query.toString();
  return text ? `/admin/audit?${text}` : "/admin/audit";
}

/** What is asked of the hub: a span's name becomes a moment. */
export function asked(filter: Filter, now: number): Filter {
  const span = SPANS.find(([value]) => value === filter.since);
  if (!span) return filter;
  return { ...filter, since: new Date(now - span[2] * 3_600_000).toISOString() };
}

export function isNarrowed(filter: Filter): boolean {
  return FILTER_KEYS.some((key) => filter[key]);
}
