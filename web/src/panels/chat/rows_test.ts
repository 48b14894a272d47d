import { deepEqual } from "node:assert/strict";
import { buildRows, type Row } from "./rows.ts";
import { ADA as ada, BOB as bob, sample } from "./sample.ts";
import { EMPTY, merge } from "./timeline.ts";

const message = (seq: number, author: typeof ada, created_at: string) =>
  sample(seq, { author, created_at });

function shape(rows: Row[]): string[] {
  return rows.map((row) =>
    row.kind === "message" ? `${row.message?.seq}${row.opensGroup ? "+" : ""}` : row.kind
  );
}

Deno.test("messages of one author within minutes stand together", () => {
  const timeline = merge(EMPTY, [
    message(1, bob, "2026-01-01T10:00:00Z"),
    message(2, bob, "2026-01-01T10:01:00Z"),
    message(3, ada, "2026-01-01T10:01:30Z"),
    message(4, ada, "2026-01-01T10:30:00Z"),
  ]);
  deepEqual(shape(buildRows(timeline, ada, null)), ["day", "1+", "2", "3+", "4+"]);
});

Deno.test("a new day has its line and opens a group", () => {
  const timeline = merge(EMPTY, [
    message(1, bob, "2026-01-01T12:00:00Z"),
    message(2, bob, "2026-01-03T12:00:00Z"),
  ]);
  deepEqual(shape(buildRows(timeline, ada, null)), ["day", "1+", "day", "2+"]);
});

Deno.test("the line stands above the first unread message of somebody else", () => {
  const timeline = merge(EMPTY, [
    message(1, bob, "2026-01-01T10:00:00Z"),
    message(2, ada, "2026-01-01T10:01:00Z"),
    message(3, bob, "2026-01-01T10:02:00Z"),
  ]);
  deepEqual(shape(buildRows(timeline, ada, 1)), ["day", "1+", "2+", "new", "3+"]);
});
