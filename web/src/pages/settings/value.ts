/** Settings as text and back. Pure. */

import type { Setting, SettingValue } from "../../data/types.ts";

/** A value as the page shows it. */
export function showValue(value: SettingValue): string {
  if (value === null || value === "") return "not set";
  if (typeof value === "boolean") return value ? "on" : "off";
  return String(value);
}

/** What was typed, as the setting's type; throws an Error that says what is wrong. */
export function readValue(type: Setting["type"], text: string): SettingValue {
  if (type === "bool") return text === "true";
  if (type === "str") return text;
  const number = Number(text);
  const whole = type === "int";
  if (!text.trim() || !Number.isFinite(number) || (whole && !Number.isInteger(number))) {
    throw new Error(whole ? "Write a whole number." : "Write a number.");
  }
  return number;
}

/** "http.port" belongs to "http"; a key without a point to "general". */
export function groupOf(key: string): string {
  return key.includes(".") ? key.slice(0, key.indexOf(".")) : "general";
}

/** Settings by group, groups and keys in the order of the alphabet. */
export function grouped(settings: readonly Setting[]): [string, Setting[]][] {
  const groups = new Map<string, Setting[]>();
  for (const setting of [...settings].sort((a, b) => a.key.localeCompare(b.key))) {
    const group = groups.get(groupOf(setting.key)) ?? [];
    groups.set(groupOf(setting.key), [...group, setting]);
  }
  return [...groups].sort(([a], [b]) => a.localeCompare(b));
}
