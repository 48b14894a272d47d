import { deepEqual } from "node:assert/strict";
import { linkify } from "./linkify.ts";

const links = (text: string) => linkify(text).filter((piece) => piece.href).map((p) => p.href);

Deno.test("addresses become links without the full stop after them", () => {
  deepEqual(links("see https://a.test/x, and http://b.test."), [
    "https://a.test/x",
    "http://b.test",
  ]);
});

Deno.test("a bracket that belongs to the address stays", () => {
  deepEqual(links("(https://a.test/b_(c))"), ["https://a.test/b_(c)"]);
});

Deno.test("scripts are never links and no text is lost", () => {
  const text = "javascript:alert(1) https:// end https://a.test!";
  deepEqual(links(text), ["https://a.test"]);
  deepEqual(linkify(text).map((piece) => piece.text).join(""), text);
});
