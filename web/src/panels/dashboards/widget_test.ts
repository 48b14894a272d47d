import { deepEqual, equal } from "node:assert/strict";
import { asList, asText, humanName, readSeries } from "./props.ts";
import { labelStride, niceTicks } from "./scale.ts";

Deno.test("marks are round, and cover zero and every value", () => {
  deepEqual(niceTicks([3, 18, 9]), [0, 5, 10, 15, 20]);
  deepEqual(niceTicks([-4, 5.5]), [-5, -2.5, 0, 2.5, 5, 7.5]);
  deepEqual(niceTicks([0.1, 0.3]), [0, 0.1, 0.2, 0.3]);
});

Deno.test("counts are marked with whole numbers", () => {
  deepEqual(niceTicks([0, 1]), [0, 1]);
  deepEqual(niceTicks([-4, 6]), [-5, 0, 5, 10]);
});

Deno.test("nothing to draw still gives an axis", () => {
  deepEqual(niceTicks([]), [0, 1]);
  deepEqual(niceTicks([0, 0]), [0, 1]);
});

Deno.test("labels are left out when there is no room", () => {
  equal(labelStride(10, 1000, 50), 1);
  equal(labelStride(40, 400, 50), 5);
});

Deno.test("odd values from a plugin become something that can be drawn", () => {
  const series = readSeries({ kind: "pie", values: [1, "2", "x", null], labels: ["a", 7] });
  equal(series.kind, "bar");
  deepEqual(series.points, [
    { label: "a", value: 1 },
    { label: "7", value: 2 },
    { label: "3", value: 0 },
    { label: "4", value: 0 },
  ]);
  deepEqual(readSeries({}).points, []);
});

Deno.test("any value becomes text", () => {
  deepEqual([asText("a"), asText(null), asText({ a: 1 }), asText(false)], [
    "a",
    "",
    '{"a":1}',
    "false",
  ]);
  deepEqual(asList("no list"), []);
});

Deno.test("property names become words", () => {
  deepEqual([humanName("messageCount"), humanName("message_count")], [
    "Message count",
    "Message count",
  ]);
});
