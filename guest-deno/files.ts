/**
 * Files of a plugin that the hub hands over: to a process that was started before it had a plugin.
 *
 * They go into a file system in the process's own memory, under the names that they have on the
 * hub's disk. The right to write is given up before the plugin is loaded.
 */

const { mkdirSync, permissions, writeTextFileSync } = Deno;
const WRITE = { name: "write" } as const;

/** One file; comes before `hello`. */
export interface FileFrame {
  type: "file";
  path: string;
  text: string;
}

let folder: string | undefined;

/**
 * Keep one file.
 *
 * @throws {Error} This process was started for one plugin, and may write nothing.
 */
export function keep(file: FileFrame): void {
  folder = file.path.slice(0, file.path.lastIndexOf("/"));
  mkdirSync(folder, { recursive: true });
  writeTextFileSync(file.path, file.text);
}

/**
 * Give up the right to write, for good.
 *
 * @throws {Error} It is still there: no plugin may be loaded.
 */
export function keepNoMore(): void {
  if (folder === undefined) return;
  permissions.revokeSync(WRITE);
  if (permissions.querySync({ ...WRITE, path: folder }).state === "granted") {
    throw new Error("the right to write is still there");
  }
}
