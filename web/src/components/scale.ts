/** Axes: round numbers to mark, and which labels find room. Pure. */

const FACTORS = [1, 2, 2.5, 5, 10];
const WHOLE_FACTORS = [1, 2, 5, 10]; // nobody counts two and a half things

function niceStep(span: number, wanted: number, factors: readonly number[]): number {
  const rough = span / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = factors.find((candidate) => candidate * power >= rough) ?? 10;
  return factor * power;
}

function step(values: readonly number[], span: number, wanted: number): number {
  return values.every(Number.isInteger)
    ? Math.max(1, niceStep(span, wanted, WHOLE_FACTORS))
    : niceStep(span, wanted, FACTORS);
}

/** Round marks that cover zero and every value. */
export function niceTicks(values: readonly number[], wanted = 4): number[] {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  if (low === high) return [0, 1];
  const size = step(values, high - low, wanted);
  const first = Math.floor(low / size);
  const last = Math.ceil(high / size);
  return Array.from({ length: last - first + 1 }, (_, index) => tidy((first + index) * size));
}

function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

/** Show every n-th label so that none touches its neighbour. */
export function labelStride(count: number, width: number, labelWidth: number): number {
  return Math.max(1, Math.ceil((count * labelWidth) / Math.max(1, width)));
}

const compact = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 2 });

export function shortNumber(value: number): string {
  return compact.format(value);
}
