/** How deeply a JSON text nests, without parsing it. */

import { charCodeAt, indexOf } from "./primordials.ts";

export const MAX_DEPTH = 64;
const QUOTE = 34;
const BACKSLASH = 92;

/** Whether `json` (well-formed) nests deeper than `limit`. */
export function isDeeper(json: string, limit: number = MAX_DEPTH): boolean {
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const code = charCodeAt(json, at);
    if (code === QUOTE) at = endOfString(json, at);
    else if (code === 91 || code === 123) {
      if (++depth > limit) return true;
    } else if (code === 93 || code === 125) depth--;
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
