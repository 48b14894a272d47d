import { deepEqual } from "node:assert/strict";
import { moved } from "./order.ts";

Deno.test("a key moves to a place, and never beyond the ends", () => {
  deepEqual(moved(["a", "b", "c"], "a", 1), ["b", "a", "c"]);
  deepEqual(moved(["a", "b", "c"], "c", 0), ["c", "a", "b"]);
  deepEqual(moved(["a", "b", "c"], "b", 9), ["a", "c", "b"]);
  deepEqual(moved(["a", "b"], "a", -1), ["a", "b"]);
});
