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

Deno.test("hostile values from a plugin are drawn as little as they can be", () => {
  const hostile = [{ valueOf: 1, toString: 1 }, JSON.parse('{"__proto__":null}'), 1e308, 5e-324];
  const values = readSeries({ values: hostile }).points.map((point) => point.value);
  deepEqual(values, [0, 0, 1e15, 0]);
  const many = readSeries({ values: new Array(200_000).fill(1e-9).concat([1e308, -1e308]) });
  equal(many.points.length, 500);
  for (const pair of [[1e308, -1e308], [1e-9, 1e15], [5e-324, 0]]) {
    const drawn = readSeries({ values: pair }).points.map((point) => point.value);
    equal(niceTicks(drawn).length < 20, true);
  }
  equal(asText("x".repeat(1e6)).length, 10_000);
  equal(asList(new Array(1e6).fill("x")).length, 500);
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
