import { deepEqual, equal, throws } from "node:assert/strict";
import type { Setting } from "../../data/types.ts";
import { grouped, readValue, showValue } from "./value.ts";

Deno.test("typed text becomes the type of the setting", () => {
  deepEqual([readValue("int", "8000"), readValue("float", "0.5"), readValue("str", "8000")], [
    8000,
    0.5,
    "8000",
  ]);
  deepEqual([readValue("bool", "true"), readValue("bool", "false")], [true, false]);
});

Deno.test("what is no number is refused in words", () => {
  throws(() => readValue("int", "1.5"), /whole number/);
  throws(() => readValue("float", ""), /number/);
});

Deno.test("values read as words", () => {
  deepEqual([showValue(null), showValue(true), showValue(0)], ["not set", "on", "0"]);
});

Deno.test("settings stand in groups by the first part of their key", () => {
  const settings = ["http.port", "name", "http.host"].map((key) => ({ key }) as Setting);
  const groups = grouped(settings);
  deepEqual(groups.map(([name]) => name), ["general", "http"]);
  equal(groups[1]?.[1][0]?.key, "http.host");
});
