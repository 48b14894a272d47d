/** What an action changed, field by field. Pure. */

export interface Change {
  name: string;
  before: string | null;
  after: string | null;
}

type Fields = Record<string, unknown> | null;

/** The fields of both sides in the order of their names; null where a side has none. */
export function changes(before: Fields, after: Fields): Change[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names].sort().map((name) => ({
    name,
    before: written(before, name),
    after: written(after, name),
  }));
}

export const isChanged = (one: Change): boolean => one.before !== one.after;

function written(fields: Fields, name: string): string | null {
  if (!fields || !Object.hasOwn(fields, name)) return null;
  const value = fields[name];
  return typeof value === "string" ? value : JSON.stringify(value);
}
