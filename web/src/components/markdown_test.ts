import { deepEqual, equal, ok } from "node:assert/strict";
import type { TemplateResult } from "lit";
import { markdown, read, safeAddress } from "./markdown.ts";

/** A drawing as text: the fixed parts are ours, and what people wrote stands in braces. */
function shown(drawn: unknown): string {
  if (Array.isArray(drawn)) return drawn.map(shown).join("");
  const template = drawn as TemplateResult;
  if (typeof drawn !== "object" || drawn === null) return `{${String(drawn)}}`;
  return template.strings.map((part, index) =>
    index < template.values.length ? part + shown(template.values[index]) : part
  ).join("");
}
const drawn = (text: string) => shown(markdown(text, "ada"));

Deno.test("marks become elements, and a line break stays one", () => {
  equal(
    drawn("**b** *i* `c`\nnext"),
    '<p dir="{auto}">'.replace("{auto}", "auto") +
      "<strong>{b}</strong>{ }<em>{i}</em>{ }<code>{c}</code><br>{next}</p>",
  );
});

Deno.test("lists, quotes and code blocks are drawn", () => {
  ok(drawn("1. a\n2. b").startsWith("<ol start={1}><li>"));
  ok(drawn("> said").startsWith("<blockquote>"));
  equal(drawn("```\n<b>\n```"), '<pre tabindex="0"><code>{<b>}</code></pre>');
});

Deno.test("HTML stays the text that was typed", () => {
  for (const text of ["<img src=x onerror=alert(1)>", "a <script>x</script> b", "<div>\nx</div>"]) {
    const fixed = drawn(text).replaceAll(/\{[^}]*\}/g, "");
    equal(/<(img|script|div)/.test(fixed), false);
    equal(drawn(text).replaceAll(/<\/?p[^>]*>|[{}]/g, ""), text);
  }
});

Deno.test("only links to the web and to mailboxes are links", () => {
  for (
    const href of ["javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "vbscript:x", "/x"]
  ) {
    equal(drawn(`[click](${href})`).includes("href"), false);
    equal(safeAddress(href), null);
  }
  ok(drawn("see https://a.example/b_(c).").includes("href={https://a.example/b_(c)}"));
  ok(drawn("![p](https://a.example/p.png)").includes("<a href={https://a.example/p.png}"));
});

Deno.test("a mention stands out, one of oneself more, an address does not", () => {
  ok(drawn("hi @ada!").includes('<span class="mention {me}">{@ada}</span>{!}'));
  ok(drawn("(@bob)").includes('<span class="mention {}">{@bob}</span>'));
  equal(drawn("a@ada.example").includes("mention"), false);
  equal(drawn("`@ada`").includes("mention"), false);
});

Deno.test("text that is made to be slow is not read", () => {
  for (
    const text of ["*a_".repeat(1300), "> ".repeat(2000), "1. ".repeat(1300), "[".repeat(4000)]
  ) {
    deepEqual(read(text).map(({ type }) => type), ["html"]);
  }
});
