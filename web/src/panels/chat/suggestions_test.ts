import { deepEqual, equal } from "node:assert/strict";
import { ADA, BOB } from "./sample.ts";
import { asMessage, isCommand, suggest } from "./suggestions.ts";

const COMMANDS = ["roll", "remind"].map((name) => ({
  name,
  owner: "dice",
  description: "d",
  hint: name === "roll" ? "2d6" : "",
}));
const labels = (text: string, caret = text.length) =>
  suggest(text, caret, COMMANDS, [ADA, BOB])?.items.map(({ label }) => label) ?? null;

Deno.test("a slash at the start suggests commands, elsewhere it does not", () => {
  deepEqual(labels("/"), ["/roll 2d6", "/remind"]);
  deepEqual(labels("/RO"), ["/roll 2d6"]);
  equal(labels("see /ro"), null);
  equal(labels("/roll 2"), null);
});

Deno.test("an at suggests people by either name, and replaces what was typed", () => {
  deepEqual(labels("hi @B"), ["@bob"]);
  equal(labels("mail@b"), null);
  const found = suggest("hi @b there", 5, COMMANDS, [ADA, BOB]);
  deepEqual([found?.from, found?.to, found?.items[0]?.value], [3, 5, "@bob "]);
});

Deno.test("two slashes write a message with one", () => {
  deepEqual([isCommand("/roll"), isCommand("//roll"), isCommand("/ no"), isCommand("a/b")], [
    true,
    false,
    false,
    false,
  ]);
  deepEqual([asMessage("//etc"), asMessage("plain")], ["/etc", "plain"]);
});
