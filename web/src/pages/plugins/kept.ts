/** What a plugin keeps besides its code, in words. */

import type { Kept } from "../../data/types.ts";

export function counted(count: number, noun: string): string {
  return `${count.toLocaleString()} ${noun}${count === 1 ? "" : "s"}`;
}

export function keptText(kept: Kept): string {
  const parts = Object.entries(kept.tables).map(([name, rows]) =>
    `table ${name} (${counted(rows, "row")})`
  );
  if (kept.files > 0) parts.push(`${counted(kept.files, "file")} (${sizeText(kept.size)})`);
  if (kept.keys > 0) parts.push(`${counted(kept.keys, "value")} by key (${sizeText(kept.stored)})`);
  if (kept.settings.length > 0) parts.push(`settings ${kept.settings.join(", ")}`);
  return parts.join(", ");
}

export function sizeText(bytes: number): string {
  if (bytes < 1024) return counted(bytes, "byte");
  const kib = bytes / 1024;
  return kib < 1024 ? `${Math.round(kib)} KiB` : `${(kib / 1024).toFixed(1)} MiB`;
}
