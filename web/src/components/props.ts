/** Reads what plugins put into widgets. They are data from outside: anything may be missing or odd. Pure. */

export type Props = Record<string, unknown>;

/** More than this is no help to anybody, and would hold the page up. */
const MOST_POINTS = 500;
const LONGEST_TEXT = 10_000;
const LARGEST = 1e15;
const SMALLEST = 1e-9;

/** Any value as text a person can read. */
export function asText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value.slice(0, LONGEST_TEXT);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return JSON.stringify(value).slice(0, LONGEST_TEXT);
}

export function asList(value: unknown): string[] {
  return Array.isArray(value) ? value.slice(0, MOST_POINTS).map(asText) : [];
}

export interface Series {
  kind: "bar" | "line";
  points: { label: string; value: number }[];
}

/** A number that can be drawn; an object's own `valueOf`, being data, would throw. */
function asNumber(value: unknown): number {
  const number = typeof value === "object" ? 0 : Number(value);
  if (!Number.isFinite(number) || Math.abs(number) < SMALLEST) return 0;
  return Math.max(-LARGEST, Math.min(LARGEST, number));
}

/** The points of a chart; values that are no numbers count as zero. */
export function readSeries(props: Props): Series {
  const given = Array.isArray(props.values) ? props.values.slice(0, MOST_POINTS) : [];
  const labels = asList(props.labels);
  const points = given.map((value, index) => ({
    label: labels[index] ?? String(index + 1),
    value: asNumber(value),
  }));
  return { kind: props.kind === "line" ? "line" : "bar", points };
}

/** "message_count" and "messageCount" as "Message count". */
export function humanName(key: string): string {
  const words = key.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/[_-]+/g, " ").trim();
  const lower = words.toLowerCase();
  return lower.charAt(0).toUpperCase() + lower.slice(1);
}
