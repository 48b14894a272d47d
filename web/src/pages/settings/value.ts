/** Settings as text and back. Pure. */

import type { Setting, SettingValue } from "../../data/types.ts";

/** A value as the page shows it. */
export function showValue(value: SettingValue): string {
  if (value === null || value === "") return "not set";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.join(", ");
  return String(value);
}

/** A value as text that can be changed: a list has one entry a line, a secret is never there. */
export function editable(setting: Setting): string {
  if (setting.secret || setting.value === null) return "";
  return Array.isArray(setting.value) ? setting.value.join("\n") : String(setting.value);
}

/** What was typed, as the setting's type; throws an Error that says what is wrong. */
export function readValue(type: Setting["type"], text: string): SettingValue {
  if (type === "bool") return text === "true";
  if (type === "str") return text;
  if (type === "list") return text.split("\n").map((one) => one.trim()).filter(Boolean);
  const number = Number(text);
  const whole = type === "int";
  if (!text.trim() || !Number.isFinite(number) || (whole && !Number.isInteger(number))) {
    throw new Error(whole ? "Write a whole number." : "Write a number.");
  }
  return number;
}

/** What a setting is called: its title, or else its key. */
export function nameOf(setting: Setting): string {
  return setting.title || setting.key;
}

/** A refusal as it reads beside its own field: without the key, which stands there already. */
export function besideField(message: string): string {
  const rest = message.replace(/^`[^`]+`:? /, "");
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

/** Where a value comes from, in words. */
export const SOURCES: Record<Setting["source"], string> = {
  default: "default",
  file: "from the file",
  environment: "from the environment",
  stored: "set here",
  flag: "from the command line",
};

/** Why a setting cannot be changed on the page; empty where it can. */
export function fixedBy(setting: Setting): string {
  if (setting.local) {
    return "Only on the hub's own machine: in plexihub.toml or the environment.";
  }
  if (setting.operator) {
    return `Only on the hub's own machine: plexihub config set ${setting.key} VALUE.`;
  }
  return setting.source === "flag" ? "Given when the hub was started, which counts most." : "";
}
