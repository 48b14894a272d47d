/**
 * Which of the rows stand in the page: a window of bounded size that slides over them. Pure.
 *
 * Thousands of rows in a page make every change of it slow, however little is drawn anew.
 */

export const MOST_SHOWN = 300;
const STEP = 100;

/** Key of the last row in the window; null where it reaches to the end. */
export type End = string | null;
type Keyed = { key: string };

export interface Span {
  from: number;
  to: number;
}

export function spanOf(rows: readonly Keyed[], end: End): Span {
  const at = end === null ? -1 : rows.findIndex(({ key }) => key === end);
  const to = at < 0 ? rows.length : at + 1;
  return { from: Math.max(0, to - MOST_SHOWN), to };
}

/** The end after a step up; the same where everything above is shown already. */
export function stepUp(rows: readonly Keyed[], end: End): End {
  const { from, to } = spanOf(rows, end);
  return from === 0 ? end : rows[to - 1 - Math.min(STEP, from)]!.key;
}

/** The end after a step down. */
export function stepDown(rows: readonly Keyed[], end: End): End {
  const to = spanOf(rows, end).to + STEP;
  return to >= rows.length ? null : rows[to - 1]!.key;
}
