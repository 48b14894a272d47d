import { deepEqual, equal, ok } from "node:assert/strict";
import { HEIGHT, inWords, type Measure, path, top, withPoint } from "./course.ts";

const point = (second: number, cpu: number) => ({
  at: new Date(second * 1000).toISOString(),
  cpu_percent: cpu,
  memory_mb: 1,
  requests: 0,
});
const cpu: Measure = {
  title: "Processor",
  unit: "%",
  limit: 10,
  of: (one) => one.cpu_percent,
};

Deno.test("points older than the window go, and the same point comes once", () => {
  const points = [point(0, 1), point(200, 2), point(400, 3)];
  const all = withPoint(points, point(400, 3), 300);
  deepEqual(all.map((one) => one.cpu_percent), [2, 3]);
});

Deno.test("the limit is always in the picture", () => {
  ok(top([1, 2], 10) > 10);
  ok(top([50], 10) > 50);
});

Deno.test("a line breaks off where nothing was measured", () => {
  const line = path([point(0, 0), point(5, 0), point(60, 10)], cpu, 300, 60_000);
  equal(line.match(/M/g)?.length, 2);
  ok(line.startsWith(`M240.0,${HEIGHT}.0`));
});

Deno.test("the graph says in words what it shows", () => {
  const [first, last] = [point(0, 9.96), point(5, 3.21)];
  const past = "at most 10 in the last minutes; 10 % are allowed.";
  equal(inWords([first, last], cpu, last), `Processor: 3.2 % now, ${past}`);
  equal(inWords([first, last], cpu), `Processor: not running, ${past}`);
  equal(inWords([], cpu), "Processor: not measured yet; 10 % are allowed.");
});
