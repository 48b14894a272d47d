/**
 * Which parts of a plugin's own files ran, counted by V8 itself while the hub tests it.
 *
 * Loaded only where the hub tests: the command line of other guests allows neither this file nor
 * the inspector. It counts from before the plugin's first byte.
 */

import { Session } from "node:inspector";

/** Answers what V8 counted so far of the files below a folder. */
export type Take = () => Promise<unknown>;

interface Script {
  url: string;
}

/** Begin to count. */
export async function countRuns(entry: string): Promise<Take> {
  const session = new Session();
  session.connect();
  const post = (method: string, params: object = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      session.post(method, params, (error: unknown, result: unknown) => {
        if (error) reject(error);
        else resolve(result);
      });
    });
  await post("Profiler.enable");
  await post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  const own = import.meta.resolve("./");
  return async () => {
    const { result } = await post("Profiler.takePreciseCoverage") as { result: Script[] };
    return result.filter(({ url }) => isOfPlugin(url, own, entry));
  };
}

function isOfPlugin(url: string, own: string, entry: string): boolean {
  return url === entry || (url.startsWith("file:///") && !url.startsWith(own));
}
