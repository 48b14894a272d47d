/** The one-time link by which `plexihub plugin dev` signs a plugin's author in. */

const LINK = /^#sign-in=([\w-]{20,200})$/;

/** Take the secret out of the address, so that it stands in no history; null where there is none. */
export function takeSecret(): string | null {
  const found = LINK.exec(location.hash);
  if (!found) return null;
  history.replaceState(history.state, "", location.pathname + location.search);
  return found[1]!;
}
