import { deepEqual, equal } from "node:assert/strict";
import { filterPath, readFilter } from "./filter.ts";

Deno.test("a filter survives the way through the address", () => {
  const filter = { plugin: "hello-world", q: "a & b" };
  const query = new URL(filterPath(filter), "http://hub.test").searchParams;
  deepEqual(readFilter(query), filter);
});

Deno.test("empty and unknown fields are left out", () => {
  equal(filterPath({ plugin: "" }), "/admin/audit");
  deepEqual(readFilter(new URLSearchParams("plugin=&page=2&outcome=ok")), { outcome: "ok" });
});
