/** Turns clicks on links and the browser's own back and forward into moves inside the hub. */

import { parseRoute } from "./route.ts";

function linkOf(event: MouseEvent): HTMLAnchorElement | null {
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey &&
    !event.altKey && !event.defaultPrevented;
  if (!plain) return null;
  const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
  const usable = link && link.href && !link.target && !link.hasAttribute("download");
  return usable ? link : null;
}

/** Follow links under the base without loading the page anew. */
export function startRouting(
  base: URL,
  navigate: (path: string, replace: boolean) => void,
  arrive: () => void,
): void {
  globalThis.addEventListener("popstate", arrive);
  document.addEventListener("click", (event) => {
    const link = linkOf(event);
    if (!link) return;
    const address = new URL(link.href);
    const route = parseRoute(address, base);
    if (!route) return;
    event.preventDefault();
    navigate(address.href.slice(base.href.length) || "/", false);
  });
}
