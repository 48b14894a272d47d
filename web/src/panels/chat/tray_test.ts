import { deepEqual, equal } from "node:assert/strict";
import { ApiError } from "../../data/error.ts";
import type { FileInfo } from "../../data/types.ts";
import { MOST_FILES, Tray } from "./tray.ts";

const away = new ApiError(0, { code: "unreachable", message: "away" });
const refused = new ApiError(403, { code: "vetoed", message: "no" });

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds() && tries < 1000; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const file = (name: string, size = 3) => new File([new Uint8Array(size)], name);

/** A tray whose uploads fail as told, then arrive. */
function trayThat(...failures: Error[]) {
  const removed: string[] = [];
  const upload = (one: File) => {
    const failure = failures.shift();
    if (failure) return Promise.reject(failure);
    return Promise.resolve({ id: one.name, name: one.name } as FileInfo);
  };
  const remove = (id: string) => Promise.resolve(void removed.push(id));
  return { tray: new Tray({ upload, remove }, () => 0), removed };
}

Deno.test("an upload that did not get through is tried again", async () => {
  const { tray } = trayThat(away, away);
  tray.add([file("a.txt")], 1);
  equal(tray.isReady, false);
  await until(() => tray.isReady);
  deepEqual(tray.take().map(({ id }) => id), ["a.txt"]);
  deepEqual(tray.uploads, []);
});

Deno.test("a refused upload stays with its reason until it is sent again or removed", async () => {
  const { tray, removed } = trayThat(refused);
  tray.add([file("a.txt")], 1);
  await until(() => tray.uploads[0]?.status === "failed");
  deepEqual([tray.uploads[0]?.status, tray.uploads[0]?.problem], ["failed", "no"]);
  tray.retry(tray.uploads[0]!.key);
  await until(() => tray.isReady);
  tray.remove(tray.uploads[0]!.key);
  deepEqual([tray.uploads, removed], [[], ["a.txt"]]);
});

Deno.test("what is too large or too much is said, the rest is taken", () => {
  const { tray } = trayThat();
  tray.add([file("big.bin", 2 ** 20 + 1), file("small.txt")], 1);
  equal(tray.problem, "big.bin is too large: a file may have 1 MiB at most.");
  deepEqual(tray.uploads.map(({ name }) => name), ["small.txt"]);
  tray.add(Array.from({ length: MOST_FILES }, (_, index) => file(`${index}`)), 1);
  equal(tray.uploads.length, MOST_FILES);
});
