/**
 * What people write, as Markdown, drawn with templates: no text ever becomes HTML.
 *
 * `marked` only reads; every token it finds is drawn here by kind, and one that is not known is
 * drawn as the text it was. Links lead to http, https and mail addresses alone.
 */

import { html, type TemplateResult } from "lit";
import { Marked, type Token, type Tokens } from "marked";

type Drawn = TemplateResult | string | Drawn[];

const MENTION = /^@([a-z0-9][a-z0-9._-]*[a-z0-9]|[a-z0-9])/i;
const MOST_KEPT = 500;
// Measured: 4,000 characters of opened and never closed marks take the reader a second.
const MOST_MARKS = 400;
const MARKS = /[*_~`[\]<>]/g;
const NESTED = /^[ \t]*(?:(?:>|[-*+]|\d{1,9}[.)])[ \t]*){10}/m;
const SAFE = new Set(["http:", "https:", "mailto:"]);

interface Mention extends Tokens.Generic {
  type: "mention";
  name: string;
}

const reader = new Marked({
  gfm: true,
  breaks: true,
  extensions: [{
    name: "mention",
    level: "inline",
    start: (text) => {
      const at = text.search(/(^|[^\p{L}\p{N}@._/-])@[a-z0-9]/iu);
      return at < 0 ? undefined : text[at] === "@" ? at : at + 1;
    },
    tokenizer: (text): Mention | undefined => {
      const found = MENTION.exec(text);
      return found ? { type: "mention", raw: found[0], name: found[1]!.toLowerCase() } : undefined;
    },
  }],
});

const kept = new Map<string, Drawn>();

/** Draw a message for somebody: a mention of `me` stands out. */
export function markdown(text: string, me: string): Drawn {
  const key = `${me}\0${text}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const drawn = blocks(read(text), me);
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, drawn);
  return drawn;
}

/** The tokens of a text; one that nobody would write but to harm the reader is read as it stands. */
export function read(text: string): Token[] {
  const marks = text.match(MARKS)?.length ?? 0;
  if (marks > MOST_MARKS || NESTED.test(text)) return [{ type: "html", raw: text, text }];
  return reader.lexer(text);
}

/** A link's address, or null where it leads to anything but the web or a mailbox. */
export function safeAddress(href: string): string | null {
  const cleaned = URL.parse(href);
  return cleaned && SAFE.has(cleaned.protocol) ? cleaned.href : null;
}

function blocks(tokens: readonly Token[] | undefined, me: string): Drawn[] {
  return (tokens ?? []).map((token) => block(token, me));
}

function block(token: Token, me: string): Drawn {
  switch (token.type) {
    case "space":
    case "def":
      return token.type === "def" ? html`<p>${token.raw}</p>` : "";
    case "heading":
      return html`<p><strong>${inlines(token.tokens, me)}</strong></p>`;
    case "code":
      return html`<pre tabindex="0"><code>${token.text}</code></pre>`;
    case "blockquote":
      return html`<blockquote>${blocks(token.tokens, me)}</blockquote>`;
    case "list":
      return list(token as Tokens.List, me);
    case "hr":
      return html`<hr>`;
    case "paragraph":
      return html`<p dir="auto">${inlines(token.tokens, me)}</p>`;
    case "text":
      return html`<span>${token.tokens ? inlines(token.tokens, me) : token.text}</span>`;
    default: // tables and HTML stand as they were written
      return html`<p class="raw">${token.raw.trimEnd()}</p>`;
  }
}

function list(token: Tokens.List, me: string): Drawn {
  const items = token.items.map((item) =>
    html`<li>${item.task ? (item.checked ? "☑ " : "☐ ") : ""}${
      blocks(item.tokens.filter((one) => one.type !== "checkbox"), me)
    }</li>`
  );
  return token.ordered
    ? html`<ol start=${Number(token.start) || 1}>${items}</ol>`
    : html`<ul>${items}</ul>`;
}

function inlines(tokens: readonly Token[] | undefined, me: string): Drawn[] {
  return (tokens ?? []).map((token) => inline(token, me));
}

function inline(token: Token, me: string): Drawn {
  switch (token.type) {
    case "strong":
      return html`<strong>${inlines(token.tokens, me)}</strong>`;
    case "em":
      return html`<em>${inlines(token.tokens, me)}</em>`;
    case "del":
      return html`<del>${inlines(token.tokens, me)}</del>`;
    case "codespan":
      return html`<code>${token.text}</code>`;
    case "br":
      return html`<br>`;
    case "link":
    case "image":
      return link(token as Tokens.Link, me);
    case "mention":
      return html`<span class="mention ${token.name === me ? "me" : ""}">${token.raw}</span>`;
    case "escape":
      return token.text;
    case "text":
      return token.tokens ? inlines(token.tokens, me) : token.text;
    default:
      return token.raw;
  }
}

function link(token: Tokens.Link, me: string): Drawn {
  const href = safeAddress(token.href);
  if (href === null) return token.raw;
  const shown = token.type === "link" ? inlines(token.tokens, me) : token.text || token.href;
  return html`<a href=${href} target="_blank" rel="noopener noreferrer">${shown}</a>`;
}
