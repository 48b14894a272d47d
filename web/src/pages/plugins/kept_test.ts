import { equal } from "node:assert/strict";
import { keptText } from "./kept.ts";

const sizes = { keys: 0, stored: 0, rows: 0, limits: {} };
const nothing = {
  plugin: "a",
  installed: false,
  tables: {},
  files: 0,
  size: 0,
  settings: [],
  ...sizes,
};

Deno.test("tables, files and settings are told, each where there is any", () => {
  equal(keptText(nothing), "");
  equal(
    keptText({ ...nothing, tables: { a: 1, b: 2 }, files: 1, size: 3000, settings: ["a.b"] }),
    "table a (1 row), table b (2 rows), 1 file (3 KiB), settings a.b",
  );
  equal(keptText({ ...nothing, keys: 1, stored: 12 }), "1 value by key (12 bytes)");
  equal(keptText({ ...nothing, files: 2, size: 5 * 1024 * 1024 }), "2 files (5.0 MiB)");
});
