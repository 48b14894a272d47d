/** How long to wait before another attempt: doubling, capped, with jitter so that clients spread out. */

export interface BackoffLimits {
  firstMs: number;
  maxMs: number;
}

export function backoffDelay(attempt: number, limits: BackoffLimits, random: () => number): number {
  const ceiling = Math.min(limits.maxMs, limits.firstMs * 2 ** Math.min(attempt, 16));
  return Math.round(ceiling * (0.5 + random() / 2));
}
