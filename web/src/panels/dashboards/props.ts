/** Reads what plugins put into widgets. They are data from outside: anything may be missing or odd. Pure. */

export type Props = Record<string, unknown>;

/** Any value as text a person can read. */
export function asText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return JSON.stringify(value);
}

export function asList(value: unknown): string[] {
  return Array.isArray(value) ? value.map(asText) : [];
}

export interface Series {
  kind: "bar" | "line";
  points: { label: string; value: number }[];
}

/** The points of a chart; values that are no numbers count as zero. */
export function readSeries(props: Props): Series {
  const values = Array.isArray(props.values) ? props.values.map(Number) : [];
  const labels = asList(props.labels);
  const points = values.map((value, index) => ({
    label: labels[index] ?? String(index + 1),
    value: Number.isFinite(value) ? value : 0,
  }));
  return { kind: props.kind === "line" ? "line" : "bar", points };
}

/** "message_count" and "messageCount" as "Message count". */
export function humanName(key: string): string {
  const words = key.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/[_-]+/g, " ").trim();
  const lower = words.toLowerCase();
  return lower.charAt(0).toUpperCase() + lower.slice(1);
}
