/**
 * The files that wait to go with the next message of a place: uploaded at once, kept until sent.
 *
 * It outlives the field, so that looking at another channel meanwhile loses nothing. What did not
 * get through is tried again, as messages are.
 */

import type { Api } from "../../data/api.ts";
import { backoffDelay } from "../../data/backoff.ts";
import { errorText } from "../../data/error.ts";
import type { FileInfo } from "../../data/types.ts";
import { newId } from "./new_id.ts";
import { isPassing } from "./outbox.ts";

export const MOST_FILES = 10;
const MIB = 2 ** 20;
const LIMITS = { firstMs: 1000, maxMs: 30_000 };

export interface Upload {
  readonly key: string;
  readonly name: string;
  readonly size: number;
  /** `waiting`: it did not get through and is tried again by itself. */
  status: "sending" | "waiting" | "failed" | "done";
  share: number;
  problem: string;
  file: FileInfo | null;
}

type Files = Pick<Api["files"], "upload" | "remove">;

export class Tray {
  uploads: readonly Upload[] = [];
  /** What could not be taken, in a sentence. */
  problem = "";
  changed: () => void = () => {};
  readonly #stops = new Map<string, AbortController>();
  readonly #sources = new Map<string, File>();

  constructor(
    private readonly files: Files,
    private readonly delay = (attempt: number) => backoffDelay(attempt, LIMITS, Math.random),
  ) {}

  get isReady(): boolean {
    return this.uploads.every(({ status }) => status === "done");
  }

  /** Take files in and begin to upload them. */
  add(files: readonly File[], mostMb: number): void {
    this.problem = "";
    for (const file of files) {
      if (this.uploads.length >= MOST_FILES) {
        this.problem = `A message takes ${MOST_FILES} files at most.`;
      } else if (file.size > mostMb * MIB) {
        this.problem = `${file.name} is too large: a file may have ${mostMb} MiB at most.`;
      } else this.#take(file);
    }
    this.changed();
  }

  retry(key: string): void {
    const file = this.#sources.get(key);
    if (file) void this.#send(key, file);
  }

  /** Give a file up, uploaded or not. */
  remove(key: string): void {
    const { file } = this.uploads.find((one) => one.key === key) ?? {};
    this.#forget(key);
    // Where this fails, the file stays the person's own: nobody else is shown it.
    if (file) void this.files.remove(file.id).catch(() => {});
    this.problem = "";
    this.changed();
  }

  /** Answer what is uploaded, and begin anew. */
  take(): FileInfo[] {
    const files = this.uploads.flatMap(({ file }) => file ? [file] : []);
    for (const { key } of this.uploads) this.#forget(key);
    this.problem = "";
    this.changed();
    return files;
  }

  #take(file: File): void {
    const key = newId();
    const start = { status: "sending", share: 0, problem: "", file: null } as const;
    this.uploads = [...this.uploads, { key, name: file.name, size: file.size, ...start }];
    this.#sources.set(key, file);
    void this.#send(key, file);
  }

  async #send(key: string, file: File): Promise<void> {
    const stop = new AbortController();
    this.#stops.set(key, stop);
    for (let attempt = 0; !stop.signal.aborted; attempt++) {
      try {
        this.#mark(key, { status: "sending", share: 0, problem: "" });
        const told = (share: number) => this.#mark(key, { share });
        const kept = await this.files.upload(file, told, stop.signal);
        return this.#mark(key, { status: "done", share: 1, file: kept });
      } catch (thrown) {
        if (stop.signal.aborted) return;
        const passing = isPassing(thrown);
        this.#mark(key, { status: passing ? "waiting" : "failed", problem: errorText(thrown) });
        if (!passing) return;
      }
      await new Promise((resolve) => setTimeout(resolve, this.delay(attempt)));
    }
  }

  #forget(key: string): void {
    this.#stops.get(key)?.abort();
    this.#stops.delete(key);
    this.#sources.delete(key);
    this.uploads = this.uploads.filter((one) => one.key !== key);
  }

  #mark(key: string, change: Partial<Upload>): void {
    this.uploads = this.uploads.map((one) => one.key === key ? { ...one, ...change } : one);
    this.changed();
  }
}
