/**
 * Shapes of what goes into the hub's methods and comes back from them.
 *
 * @module
 */

/** What JSON can carry, and so what crosses the sandbox's wall. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A value in a query, a condition or a row. */
export type Value = null | boolean | number | string;

/** One row by its columns: texts, numbers, 0 or 1 for yes or no, times as ISO 8601 in UTC. */
export type Row = { [column: string]: null | number | string };

/** What must hold for a row; one of a list of values will do. */
export type Where = { [column: string]: Value | Value[] };

/** Columns to be written. */
export type Values = { [column: string]: Json };
