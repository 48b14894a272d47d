/** JSON texts that UTF-8 can carry, and how deeply they nest; neither needs parsing. */

import {
  charCodeAt,
  indexOf,
  isWellFormed,
  JsonStringify,
  slice,
  toWellFormed,
} from "./primordials.ts";

export const MAX_DEPTH = 64;
const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_ARRAY = 91;
const OPEN_OBJECT = 123;
const CLOSE_ARRAY = 93;
const CLOSE_OBJECT = 125;
const ESCAPE_LENGTH = 6;

/**
 * Write a value as JSON; what JSON does not know is `null`.
 *
 * @throws {TypeError} It holds itself, or a BigInt; or whatever its own `toJSON` throws.
 */
export function encode(value: unknown): string {
  const json = JsonStringify(value) ?? "null";
  const whole = indexOf(json, "\\ud") < 0 ? json : replaceLone(json);
  return isWellFormed(whole) ? whole : toWellFormed(whole);
}

/** `JSON.stringify` writes half of a surrogate pair as an escape, which no strict reader takes. */
function replaceLone(json: string): string {
  let text = "";
  let from = 0;
  for (let at = indexOf(json, "\\ud"); at >= 0; at = indexOf(json, "\\ud", at + 1)) {
    if (isEscaped(json, at)) continue;
    text += slice(json, from, at) + "\ufffd";
    from = at + ESCAPE_LENGTH;
  }
  return text + slice(json, from);
}

/** Whether `json` (well-formed) nests deeper than `limit`. */
export function isDeeper(json: string, limit: number = MAX_DEPTH): boolean {
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const code = charCodeAt(json, at);
    if (code === QUOTE) at = endOfString(json, at);
    else if (code === OPEN_ARRAY || code === OPEN_OBJECT) {
      if (++depth > limit) return true;
    } else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) depth--;
  }
  return false;
}

function endOfString(json: string, start: number): number {
  let end = indexOf(json, '"', start + 1);
  while (end > 0 && isEscaped(json, end)) end = indexOf(json, '"', end + 1);
  return end < 0 ? json.length : end;
}

function isEscaped(json: string, at: number): boolean {
  let slashes = 0;
  while (charCodeAt(json, at - 1 - slashes) === BACKSLASH) slashes++;
  return slashes % 2 === 1;
}
