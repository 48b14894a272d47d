/** What a person types for a widget of their own, and what the widget is given. Pure. */

import { asList, asText, type Props } from "../../components/props.ts";

export interface Kind {
  component: string;
  label: string;
  hint: string;
}

export const KINDS: readonly Kind[] = [
  { component: "Text", label: "Text", hint: "What everybody should read." },
  { component: "Stat", label: "Number", hint: "The number; below it, what it counts." },
  { component: "List", label: "List", hint: "One entry a line." },
  { component: "Chart", label: "Chart", hint: "One bar a line: its name and its value." },
];

export function hintOf(component: string): string {
  return KINDS.find((kind) => kind.component === component)?.hint ?? "";
}

/** The props of a widget from what was typed. */
export function readContent(component: string, text: string): Props {
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  if (component === "Stat") return { value: lines[0] ?? "", label: lines.slice(1).join(" ") };
  if (component === "List") return { items: lines };
  if (component === "Chart") return chartOf(lines);
  return { text };
}

function chartOf(lines: readonly string[]): Props {
  const bars = lines.map((line) => /^(.*?)\s*[:,]?\s*(-?[\d.]+)$/.exec(line));
  return {
    kind: "bar",
    labels: bars.map((bar, index) => bar?.[1] || (bar ? String(index + 1) : lines[index]!)),
    values: bars.map((bar) => Number(bar?.[2] ?? 0) || 0),
  };
}

/** What was typed, from the props of a widget. */
export function writeContent(component: string, props: Props): string {
  if (component === "Stat") return [asText(props.value), asText(props.label)].join("\n").trim();
  if (component === "List") return asList(props.items).join("\n");
  if (component === "Chart") {
    const values = asList(props.values);
    return asList(props.labels).map((label, index) => `${label} ${values[index] ?? 0}`).join("\n");
  }
  return asText(props.text);
}
