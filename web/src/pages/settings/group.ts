/** Settings in the groups in which the page shows them. Pure. */

import type { Setting, Settings } from "../../data/types.ts";

export interface Group {
  id: string;
  title: string;
  doc: string;
  /** The plugin that brought it; null for the hub's own. */
  plugin: string | null;
  settings: Setting[];
}

/** "server.port" belongs to "server"; a key without a point to "general". */
export function groupOf(key: string): string {
  return key.includes(".") ? key.slice(0, key.indexOf(".")) : "general";
}

function matches(group: Group, words: readonly string[]): Setting[] {
  const wanted = (text: string) => words.every((word) => text.toLowerCase().includes(word));
  if (wanted(`${group.title} ${group.id}`)) return group.settings;
  return group.settings.filter((one) =>
    wanted(`${group.title} ${one.key} ${one.title} ${one.doc} ${one.choices.join(" ")}`)
  );
}

/** The hub's own groups by name, then the plugins' sections; of all only what is looked for. */
export function grouped({ items, sections }: Settings, search = ""): Group[] {
  const byKey = new Map(items.map((one) => [one.key, one]));
  const own = new Map<string, Setting[]>();
  for (const one of items.filter((one) => one.owner === "core")) {
    own.set(groupOf(one.key), [...own.get(groupOf(one.key)) ?? [], one]);
  }
  const groups: Group[] = [...own]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([id, settings]) => ({ id, title: id, doc: "", plugin: null, settings }));
  for (const { id, title, doc, keys } of sections) {
    const settings = keys.flatMap((key) => byKey.get(key) ?? []);
    groups.push({ id, title, doc, plugin: id, settings });
  }
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return groups
    .map((group) => ({ ...group, settings: matches(group, words) }))
    .filter((group) => group.settings.length > 0);
}
