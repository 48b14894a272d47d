import { equal } from "node:assert/strict";
import { keptText } from "./kept.ts";

const nothing = { plugin: "a", installed: false, tables: {}, files: 0, size: 0, settings: [] };

Deno.test("tables, files and settings are told, each where there is any", () => {
  equal(keptText(nothing), "");
  equal(
    keptText({ ...nothing, tables: { a: 1, b: 2 }, files: 1, size: 3000, settings: ["a.b"] }),
    "table a (1 row), table b (2 rows), 1 file (3 KiB), settings a.b",
  );
  equal(keptText({ ...nothing, files: 2, size: 5 * 1024 * 1024 }), "2 files (5.0 MiB)");
});
