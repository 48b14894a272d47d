/**
 * Shapes of what goes into the hub's methods and comes back from them.
 *
 * @module
 */

/** What JSON can carry, and so what crosses the sandbox's wall. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type { Block } from "./kit.ts";
