/** What the tests of this folder share: comparing, and a pipe that ends in memory. */

import type { Pipe } from "./channel.ts";

/** Fail unless both are the same JSON. */
export function same(actual: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${left}\n  is not\n${right}`);
}

/** Fail unless `work` throws an error whose message matches. */
export function refuses(work: () => unknown, message: RegExp): void {
  let thrown: unknown;
  try {
    work();
  } catch (error) {
    thrown = error;
  }
  if (!(thrown instanceof Error)) throw new Error("nothing was thrown");
  if (!message.test(thrown.message)) throw thrown;
}

/** Put the length before a text. */
export function framed(text: string): Uint8Array {
  const body = new TextEncoder().encode(text);
  const frame = new Uint8Array(4 + body.length);
  new DataView(frame.buffer).setUint32(0, body.length);
  frame.set(body, 4);
  return frame;
}

/** A pipe that hands out `chunks` and keeps what is written. */
export class MemoryPipe implements Pipe {
  readonly chunks: Uint8Array[] = [];
  readonly waits: string[] = [];
  isBusy = false;
  #written = new Uint8Array();

  read(into: Uint8Array): Promise<number | null> {
    this.waits.push("loop");
    return Promise.resolve(this.#next(into));
  }

  readSync(into: Uint8Array): number | null {
    this.waits.push("block");
    return this.#next(into);
  }

  #next(into: Uint8Array): number | null {
    const chunk = this.chunks.shift();
    if (chunk === undefined) return null;
    const part = chunk.subarray(0, into.length);
    into.set(part);
    if (part.length < chunk.length) this.chunks.unshift(chunk.subarray(part.length));
    return part.length;
  }

  writeSync(bytes: Uint8Array): number {
    const part = bytes.subarray(0, 1000);
    this.#written = new Uint8Array([...this.#written, ...part]);
    return part.length;
  }

  hasWork(): boolean {
    return this.isBusy;
  }

  /** The frames written so far. */
  frames(): unknown[] {
    const found = [];
    for (let at = 0; at < this.#written.length;) {
      const size = new DataView(this.#written.buffer).getUint32(at);
      const body = this.#written.subarray(at + 4, at + 4 + size);
      found.push(JSON.parse(new TextDecoder().decode(body)));
      at += 4 + size;
    }
    return found;
  }
}
