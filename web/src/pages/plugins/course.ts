/** Where the points of a usage graph lie, and what it says in words. Pure. */

import type { UsagePoint } from "../../data/types.ts";

export const WIDTH = 300;
export const HEIGHT = 72;

export interface Measure {
  title: string;
  unit: string;
  limit: number;
  of: (point: UsagePoint) => number;
}

/** The points of the last minutes and a new one, which may be there already. */
export function withPoint(points: UsagePoint[], point: UsagePoint, seconds: number): UsagePoint[] {
  const oldest = Date.parse(point.at) - seconds * 1000;
  const kept = points.filter((one) => Date.parse(one.at) >= oldest && one.at !== point.at);
  return [...kept, point];
}

/** The most that the graph shows: the limit always, and whatever went over it. */
export function top(values: number[], limit: number): number {
  return Math.max(limit, ...values, 1) * 1.15;
}

export function height(value: number, most: number): number {
  return HEIGHT - (Math.min(value, most) / most) * HEIGHT;
}

/** An SVG path through the points; where nothing was measured for a while it breaks off. */
export function path(points: UsagePoint[], measure: Measure, seconds: number, now: number): string {
  const most = top(points.map(measure.of), measure.limit);
  let last = Number.NEGATIVE_INFINITY;
  return points.map((point) => {
    const at = Date.parse(point.at);
    const x = WIDTH * (1 - (now - at) / (seconds * 1000));
    const step = at - last > 15_000 ? "M" : "L";
    last = at;
    return `${step}${x.toFixed(1)},${height(measure.of(point), most).toFixed(1)}`;
  }).join("");
}

/** A number as people read it: no more digits than mean something. */
export function shown(value: number): string {
  return value.toLocaleString(undefined, { maximumFractionDigits: value < 10 ? 1 : 0 });
}

/** What the graph says to those who listen; `now` is absent where the plugin does not run. */
export function inWords(points: UsagePoint[], measure: Measure, now?: UsagePoint): string {
  const allowed = `${measure.limit.toLocaleString()} ${measure.unit} are allowed`;
  const used = now ? `${shown(measure.of(now))} ${measure.unit} now` : "not running";
  if (points.length === 0) return `${measure.title}: not measured yet; ${allowed}.`;
  const most = shown(Math.max(...points.map(measure.of)));
  return `${measure.title}: ${used}, at most ${most} in the last minutes; ${allowed}.`;
}
