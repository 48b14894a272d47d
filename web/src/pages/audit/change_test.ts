import { deepEqual } from "node:assert/strict";
import { changes, isChanged } from "./change.ts";

Deno.test("fields of both sides are put beside each other", () => {
  const found = changes({ role: "member", tags: ["a"], old: 1 }, { role: "admin", tags: ["a"] });
  deepEqual(found, [
    { name: "old", before: "1", after: null },
    { name: "role", before: "member", after: "admin" },
    { name: "tags", before: '["a"]', after: '["a"]' },
  ]);
  deepEqual(found.map(isChanged), [true, true, false]);
});

Deno.test("what was made has no before", () => {
  deepEqual(changes(null, { a: null }), [{ name: "a", before: null, after: "null" }]);
});
