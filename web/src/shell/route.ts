/** Addresses inside the hub, always written from the hub's own root ("/chat/…"). Pure. */

export interface Route {
  path: string;
  segments: string[];
  query: URLSearchParams;
}

/** The route of a browser address under the base, or null if it lies outside. */
export function parseRoute(address: URL, base: URL): Route | null {
  if (address.origin !== base.origin) return null;
  const root = base.pathname.endsWith("/") ? base.pathname : `${base.pathname}/`;
  const inside = `${address.pathname}/`.startsWith(root);
  if (!inside) return null;
  const segments = address.pathname.slice(root.length).split("/").filter(Boolean);
  const decoded = segments.map(decodeSegment);
  return { path: `/${decoded.join("/")}`, segments: decoded, query: address.searchParams };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The browser address of a path inside the hub. */
export function addressOf(path: string, base: URL): URL {
  return new URL(path.replace(/^\/+/, ""), base);
}

/** The candidate whose path is the longest whole-segment prefix of the route. */
export function bestMatch<T extends { path: string }>(route: Route, all: readonly T[]): T | null {
  const under = all.filter((one) => `${route.path}/`.startsWith(`${one.path}/`));
  return under.sort((a, b) => b.path.length - a.path.length)[0] ?? null;
}
