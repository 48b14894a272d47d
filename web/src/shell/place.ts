/** The places one can go: the panels of plugins, and the pages that the shell itself owns. */

import type { PanelInfo, User } from "../data/types.ts";
import { bestMatch, type Route } from "./route.ts";

export interface Place {
  path: string;
  title: string;
  icon: string;
  group: "hub" | "admin";
  order: number;
  /** The custom element for this route, and what brings it. */
  element: (route: Route) => string;
  load: (base: URL) => Promise<unknown>;
}

function ownPage(
  path: string,
  title: string,
  icon: string,
  page: { list: string; one?: string; order: number; load: () => Promise<unknown> },
): Place {
  const depth = path.split("/").length - 1;
  return {
    path,
    title,
    icon,
    group: path.startsWith("/admin/") ? "admin" : "hub",
    order: page.order,
    element: (route) => (page.one && route.segments.length > depth ? page.one : page.list),
    load: page.load,
  };
}

const ownPages: Place[] = [
  ownPage("/people", "People", "people", {
    list: "page-people",
    one: "page-person",
    order: 800,
    load: () => import("../pages/people.ts"),
  }),
  ownPage("/admin/plugins", "Plugins", "plugin", {
    list: "page-plugins",
    one: "page-plugin",
    order: 900,
    load: () => import("../pages/plugins.ts"),
  }),
  ownPage("/admin/audit", "Audit", "audit", {
    list: "page-audit",
    order: 910,
    load: () => import("../pages/audit.ts"),
  }),
  ownPage("/admin/settings", "Settings", "settings", {
    list: "page-settings",
    order: 920,
    load: () => import("../pages/settings.ts"),
  }),
];

function panelPlace(panel: PanelInfo): Place {
  return {
    path: panel.path,
    title: panel.title,
    icon: panel.icon,
    group: panel.admin ? "admin" : "hub",
    order: panel.order,
    element: () => panel.element,
    load: (base) => import(new URL(panel.module, base).href),
  };
}

/** Every place this person may go, in the order of the navigation. */
export function placesFor(user: User, panels: readonly PanelInfo[]): Place[] {
  const all = [...panels.map(panelPlace), ...ownPages];
  const allowed = all.filter((place) => place.group !== "admin" || user.role === "admin");
  return allowed.sort((a, b) => a.order - b.order || a.title.localeCompare(b.title));
}

export function placeOf(route: Route, places: readonly Place[]): Place | null {
  return bestMatch(route, places);
}
