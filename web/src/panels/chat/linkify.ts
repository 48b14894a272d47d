/** Finds web addresses in what people write. Pure; only http and https become links. */

export type Piece = { text: string; href: string | null };

const ADDRESS = /https?:\/\/[^\s<>"']+/g;
const TRAILING = /[.,;:!?)\]}]+$/;

function trimmed(found: string): string {
  const bare = found.replace(TRAILING, "");
  const lostBracket = bare.includes("(") && found[bare.length] === ")";
  return lostBracket ? `${bare})` : bare;
}

export function linkify(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const href = trimmed(match[0]);
    if (!URL.canParse(href)) continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index), href: null });
    pieces.push({ text: href, href });
    end = match.index + href.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), href: null });
  return pieces;
}
