import { deepEqual } from "node:assert/strict";
import { bytes, duration } from "./amount.ts";

Deno.test("amounts are in the unit that fits", () => {
  deepEqual([12.4, 1500, 61_000, 3_700_000].map(duration), [
    "12 ms",
    "1.5 s",
    "1 min 1 s",
    "1 h 1 min",
  ]);
  deepEqual([7, 2048, 52_428_800, 1_073_741_824].map(bytes), [
    "7 bytes",
    "2.0 KiB",
    "50 MiB",
    "1.0 GiB",
  ]);
});
