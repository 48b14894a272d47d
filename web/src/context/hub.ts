/** What the shell gives every page and panel: who is here, the hub's doors, and the ways around. */

import type { Api } from "../data/api.ts";
import type { LiveClient } from "../data/live.ts";
import type { HubInfo, UiInfo, User } from "../data/types.ts";
import type { Route } from "../shell/route.ts";

export type Tone = "good" | "bad" | "info";

export interface Hub {
  readonly user: User;
  /** Who acts as this person; null where it is the person. */
  readonly acting: string | null;
  readonly info: HubInfo;
  /** What plugins add to this person's page, now. */
  readonly ui: UiInfo;
  readonly api: Api;
  readonly live: LiveClient;
  /** Whether this person has a permission; administrators have every one, and `admin` alone. */
  may(permission: string): boolean;
  /** Go to a path written from the hub's root, such as "/people". */
  navigate(path: string, options?: { replace?: boolean }): void;
  /** The browser address of such a path, for links. */
  href(path: string): string;
  /** Name the page, most particular part first. */
  setTitle(...parts: string[]): void;
  /** Say something in passing; it is read out to screen readers as well. */
  say(text: string, tone?: Tone): void;
  /** Say what failed and what to do next. */
  sayError(thrown: unknown): void;
}

/** What the shell sets on the element of a page or panel. */
export interface Panel extends HTMLElement {
  hub: Hub;
  route: Route;
}
