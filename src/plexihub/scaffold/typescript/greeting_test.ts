import assert from "node:assert/strict";
import { greeting, toCount } from "./greeting.ts";

Deno.test("greets by name", () => {
  assert.equal(greeting(" Ada ", 2), "Hello, Ada! That makes 2.");
});

Deno.test("greets everybody where nobody is named", () => {
  assert.equal(greeting("", 1), "Hello, everybody! That makes 1.");
});

Deno.test("counts from nothing", () => {
  assert.equal(toCount(null), 0);
  assert.equal(toCount(7), 7);
});
