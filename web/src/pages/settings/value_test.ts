import { deepEqual, equal, throws } from "node:assert/strict";
import type { Setting } from "../../data/types.ts";
import { besideField, editable, fixedBy, readValue, showValue } from "./value.ts";

Deno.test("typed text becomes the type of the setting", () => {
  deepEqual([readValue("int", "8000"), readValue("float", "0.5"), readValue("str", "8000")], [
    8000,
    0.5,
    "8000",
  ]);
  deepEqual([readValue("bool", "true"), readValue("bool", "false")], [true, false]);
  deepEqual(readValue("list", " ada \n\nbob"), ["ada", "bob"]);
});

Deno.test("what is no number is refused in words", () => {
  throws(() => readValue("int", "1.5"), /whole number/);
  throws(() => readValue("float", ""), /number/);
});

Deno.test("values read as words", () => {
  deepEqual([showValue(null), showValue(true), showValue(0)], ["not set", "on", "0"]);
  deepEqual([showValue([]), showValue(["a", "b"])], ["none", "a, b"]);
});

Deno.test("a secret is never in the field, a list has one entry a line", () => {
  equal(editable({ secret: true, value: "********" } as Setting), "");
  equal(editable({ secret: false, value: ["a", "b"] } as Setting), "a\nb");
});

Deno.test("what cannot be changed here says where", () => {
  equal(fixedBy({ local: false, source: "stored" } as Setting), "");
  equal(fixedBy({ local: true, source: "default" } as Setting).includes("plexihub.toml"), true);
});

Deno.test("a refusal beside its field leaves the key out", () => {
  equal(besideField("`a.b`: must be from 1 to 5, not 9."), "Must be from 1 to 5, not 9.");
  equal(besideField("`a.b` must be of type int, not '9'."), "Must be of type int, not '9'.");
});
