/** Imports a plugin; what Deno says of its own flags is said in terms of a plugin's folder. */

import { indexOf, slice } from "./primordials.ts";

const OWN_FILES = "A sandboxed plugin imports its own files, '@plexihub/sdk' and 'zod'";
/** How Deno's message begins, and what it means here. */
const MEANINGS: readonly (readonly [string, string])[] = [
  ["Requires import access", `${OWN_FILES}, and nothing from the network`],
  ["npm specifiers", `${OWN_FILES}, and nothing from npm: put the package's code into its folder`],
  ['Import "', `${OWN_FILES}: put the package's code into its folder, and import it by './'`],
  ["Requires read access", "There is no such file in the plugin's folder"],
];

/**
 * Import a plugin's entry point.
 *
 * @throws {Error} Whatever the import raises.
 */
export async function imported(entry: string): Promise<Record<string, unknown>> {
  try {
    return await import(entry);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const said = `${error.message}`;
    for (let index = 0; index < MEANINGS.length; index++) {
      const [start, meaning] = MEANINGS[index]!;
      if (indexOf(said, start) === 0) throw new TypeError(meaning + named(said) + place(said));
    }
    throw error;
  }
}

/** What was asked for, which Deno has in quotes. */
function named(said: string): string {
  const start = indexOf(said, '"');
  const end = start < 0 ? -1 : indexOf(said, '"', start + 1);
  return end < 0 ? "." : ` (${slice(said, start + 1, end)}).`;
}

/** The line with the place, which is the last. */
function place(said: string): string {
  const start = indexOf(said, "\n    at ");
  return start < 0 ? "" : slice(said, start);
}
