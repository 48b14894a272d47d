import { bounded, type Level, makeConsole, show } from "./console.ts";
import { same } from "./testing.ts";

function recorder(): [string[], (level: Level, text: string) => void] {
  const lines: string[] = [];
  return [lines, (level, text) => lines.push(`${level} ${text}`)];
}

Deno.test("lines carry their level and their values", () => {
  const [lines, say] = recorder();
  const out = makeConsole(say) as Console;
  out.log("a", 1, { b: [null] }, undefined);
  out.warn("careful");
  out.assert(true, "fine");
  out.assert(false, "not fine");
  same(lines, [
    'info a 1 {"b":[null]} undefined',
    "warning careful",
    "error Assertion failed: not fine",
  ]);
});

Deno.test("values that resist are shown all the same", () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  same([show(circle), show([10n]), show(Symbol("x")), show(() => 1).length > 0], [
    "{…}",
    "[…]",
    "Symbol(x)",
    true,
  ]);
});

Deno.test("what is too much a minute is dropped and counted", () => {
  let time = 0;
  const [lines, say] = recorder();
  const out = bounded(say, 1000, () => time);
  for (let line = 0; line < 100; line++) out("info", "x".repeat(68));
  same(lines.length, 10);
  time = 60_000;
  out("info", "again");
  same(lines.slice(10), ["warning 90 log lines were dropped: too many in a minute", "info again"]);
});

Deno.test("a long line is cut and a broken one mended", () => {
  const [lines, say] = recorder();
  bounded(say)("info", "y".repeat(9000));
  bounded(say)("info", "\ud800");
  same(lines.map((line) => line.length), ["info ".length + 8193, "info ".length + 1]);
});
