import { deepEqual, equal } from "node:assert/strict";
import { MOST_SHOWN, spanOf, stepDown, stepUp } from "./window.ts";

const rows = Array.from({ length: 1000 }, (_, index) => ({ key: `r${index}` }));

Deno.test("few rows are all shown, of many the last", () => {
  deepEqual(spanOf(rows.slice(0, 5), null), { from: 0, to: 5 });
  deepEqual(spanOf(rows, null), { from: 1000 - MOST_SHOWN, to: 1000 });
});

Deno.test("steps up reach the first row, steps down the end again", () => {
  let end = stepUp(rows, null);
  deepEqual(spanOf(rows, end), { from: 600, to: 900 });
  for (let step = 0; step < 20; step++) end = stepUp(rows, end);
  deepEqual(spanOf(rows, end), { from: 0, to: MOST_SHOWN });
  for (let step = 0; step < 20; step++) end = stepDown(rows, end);
  equal(end, null);
});

Deno.test("a window whose last row went reaches to the end", () => {
  deepEqual(spanOf(rows, "gone"), spanOf(rows, null));
});
