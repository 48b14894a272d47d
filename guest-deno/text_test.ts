import { same } from "./testing.ts";
import { encode, isDeeper, MAX_DEPTH } from "./text.ts";

const nest = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);

Deno.test("depth is that of brackets outside of texts", () => {
  same(isDeeper(nest(MAX_DEPTH)), false);
  same(isDeeper(nest(MAX_DEPTH + 1)), true);
  same(isDeeper(JSON.stringify(nest(1000))), false);
  same(isDeeper(JSON.stringify(['\\"[[', "]\\", { "[": '"' }]), 2), false);
  same(isDeeper('["]",'.repeat(65) + "0" + "]".repeat(65)), true);
  same(isDeeper(nest(5).repeat(1).replace("[]", "[[],[],[]]"), 6), false);
});

Deno.test("half a surrogate pair is replaced, and nothing else", () => {
  same(JSON.parse(encode("a\ud800b\udc00")), "a\ufffdb\ufffd");
  same(JSON.parse(encode("😀 \\ud800 \\")), "😀 \\ud800 \\");
  same(JSON.parse(encode({ "\ud83d": ["\\\ud83d"] })), { "\ufffd": ["\\\ufffd"] });
});

Deno.test("what JSON does not know is null", () => {
  same([encode(undefined), encode(() => 1), encode(Symbol("x"))], ["null", "null", "null"]);
});
