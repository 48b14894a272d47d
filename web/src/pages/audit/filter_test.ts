import { deepEqual, equal } from "node:assert/strict";
import { asked, filterPath, isNarrowed, readFilter, readOpen } from "./filter.ts";

Deno.test("a filter survives the way through the address", () => {
  const filter = { plugin: "hello-world", q: "a & b", since: "24h", target: "x" };
  const query = new URL(filterPath(filter, 12), "http://hub.test").searchParams;
  deepEqual(readFilter(query), filter);
  equal(readOpen(query), 12);
});

Deno.test("empty and unknown fields are left out", () => {
  equal(filterPath({ plugin: "" }), "/admin/audit");
  deepEqual(readFilter(new URLSearchParams("plugin=&page=2&outcome=ok")), { outcome: "ok" });
  equal(isNarrowed({ plugin: "" }), false);
});

Deno.test("only a number names an open record", () => {
  equal(readOpen(new URLSearchParams("record=javascript:1")), null);
  equal(readOpen(new URLSearchParams("")), null);
});

Deno.test("a span means a moment, and a moment itself", () => {
  const now = Date.parse("2026-02-01T12:00:00Z");
  deepEqual(asked({ since: "1h" }, now), { since: "2026-02-01T11:00:00.000Z" });
  deepEqual(asked({ since: "2026-01-01" }, now), { since: "2026-01-01" });
});
