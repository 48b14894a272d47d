/** `console` of a plugin: lines that become log frames, bounded a line and a minute. */

import {
  ArrayIsArray,
  JsonStringify,
  NativeError,
  now,
  slice,
  StringOf,
  toWellFormed,
} from "./primordials.ts";

export type Level = "debug" | "info" | "warning" | "error";
export type Say = (level: Level, text: string) => void;

const MAX_LINE = 8 * 1024;
export const MAX_A_MINUTE = 64 * 1024;
const MINUTE = 60_000;

/** Drops what is beyond so many characters a minute, and says how many lines that were. */
export function bounded(say: Say, limit = MAX_A_MINUTE, clock = now): Say {
  let since = clock();
  let used = 0;
  let dropped = 0;
  return (level, text) => {
    if (clock() - since >= MINUTE) {
      if (dropped > 0) say("warning", `${dropped} log lines were dropped: too many in a minute`);
      since = clock();
      used = dropped = 0;
    }
    const line = text.length > MAX_LINE ? slice(text, 0, MAX_LINE) + "…" : text;
    used += line.length + 32;
    if (used > limit) dropped++;
    else say(level, toWellFormed(line));
  };
}

/** Show a value in a log line; never throws. */
export function show(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    if (value instanceof NativeError) return value.stack ?? `${value.name}: ${value.message}`;
    if (typeof value === "object" && value !== null) return JsonStringify(value) ?? "{}";
    return StringOf(value);
  } catch {
    return ArrayIsArray(value) ? "[…]" : "{…}";
  }
}

function line(values: unknown[]): string {
  let text = "";
  for (let index = 0; index < values.length && text.length <= MAX_LINE; index++) {
    text += (index > 0 ? " " : "") + show(values[index]);
  }
  return text;
}

/** Make the console that plugin code sees. */
export function makeConsole(say: Say): object {
  const at = (level: Level) => (...values: unknown[]) => say(level, line(values));
  const info = at("info");
  const error = at("error");
  const nothing = () => {};
  return {
    log: info,
    info,
    dir: info,
    table: info,
    group: info,
    groupCollapsed: info,
    groupEnd: nothing,
    debug: at("debug"),
    trace: at("debug"),
    warn: at("warning"),
    error,
    assert: (condition?: unknown, ...values: unknown[]) => {
      if (!condition) say("error", "Assertion failed: " + line(values));
    },
  };
}
