/** The places one can go: the panels of plugins, and the pages that the shell itself owns. */

import type { PageInfo, PanelInfo } from "../data/types.ts";
import { bestMatch, type Route } from "./route.ts";

export interface Place {
  path: string;
  title: string;
  icon: string;
  group: "hub" | "admin";
  order: number;
  /** The permission it takes to see it; empty for everybody. */
  needs: string;
  /** The custom element for this route, and what brings it. */
  element: (route: Route) => string;
  load: (base: URL) => Promise<unknown>;
}

function ownPage(
  path: string,
  title: string,
  icon: string,
  page: { list: string; one?: string; order: number; needs?: string; load: () => Promise<unknown> },
): Place {
  const depth = path.split("/").length - 1;
  return {
    path,
    title,
    icon,
    group: path.startsWith("/admin/") ? "admin" : "hub",
    order: page.order,
    needs: page.needs ?? "",
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
  ownPage("/admin/roles", "Roles", "verify", {
    list: "page-roles",
    order: 890,
    needs: "admin:users",
    load: () => import("../pages/roles.ts"),
  }),
  ownPage("/admin/plugins", "Plugins", "plugin", {
    list: "page-plugins",
    one: "page-plugin",
    order: 900,
    needs: "admin",
    load: () => import("../pages/plugins.ts"),
  }),
  ownPage("/admin/jobs", "Jobs", "clock", {
    list: "page-jobs",
    order: 903,
    needs: "admin",
    load: () => import("../pages/jobs.ts"),
  }),
  ownPage("/admin/backups", "Backups", "backup", {
    list: "page-backups",
    order: 906,
    needs: "admin",
    load: () => import("../pages/backups.ts"),
  }),
  ownPage("/admin/audit", "Audit", "audit", {
    list: "page-audit",
    order: 910,
    needs: "audit:read",
    load: () => import("../pages/audit.ts"),
  }),
  ownPage("/admin/settings", "Settings", "settings", {
    list: "page-settings",
    order: 920,
    needs: "system:config",
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
    needs: panel.admin ? "admin" : "",
    element: () => panel.element,
    load: (base) => import(new URL(panel.module, base).href),
  };
}

/** The shell's own pages as the hub shows them: renamed, moved, or left out by a plugin. */
function shownPages(pages: readonly PageInfo[]): Place[] {
  const shown = new Map(pages.map((page) => [page.path, page]));
  return ownPages.flatMap((place) => {
    const page = shown.get(place.path);
    if (!page) return [place];
    return page.hidden ? [] : [{ ...place, title: page.title, icon: page.icon, order: page.order }];
  });
}

/** Every place this person may go, in the order of the navigation. */
export function placesFor(
  may: (permission: string) => boolean,
  ui: { panels: readonly PanelInfo[]; pages: readonly PageInfo[] },
): Place[] {
  const all = [...ui.panels.map(panelPlace), ...shownPages(ui.pages)];
  const allowed = all.filter((place) => !place.needs || may(place.needs));
  return allowed.sort((a, b) => a.order - b.order || a.title.localeCompare(b.title));
}

export function placeOf(route: Route, places: readonly Place[]): Place | null {
  return bestMatch(route, places);
}
