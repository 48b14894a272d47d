/** What the audit page is looking for, as it stands in the address. Pure. */

export const FILTER_KEYS = ["plugin", "outcome", "action", "q", "trace"] as const;
export type FilterKey = typeof FILTER_KEYS[number];
export type Filter = Partial<Record<FilterKey, string>>;

export function readFilter(query: URLSearchParams): Filter {
  const filter: Filter = {};
  for (const key of FILTER_KEYS) {
    const value = query.get(key);
    if (value) filter[key] = value;
  }
  return filter;
}

/** The address of a filter; empty fields are left out. */
export function filterPath(filter: Filter): string {
  const query = new URLSearchParams();
  for (const key of FILTER_KEYS) if (filter[key]) query.set(key, filter[key]);
  const text = query.toString();
  return text ? `/admin/audit?${text}` : "/admin/audit";
}
