/** What does not need the hub stands in a module of its own, so that a test can call it. */

/** Read what storage answered: a number, or nothing yet. */
export function toCount(kept: unknown): number {
  return typeof kept === "number" ? kept : 0;
}

/** Say hello to somebody, or to everybody. */
export function greeting(who: string, count: number): string {
  return `Hello, ${who.trim() || "everybody"}! That makes ${count}.`;
}
