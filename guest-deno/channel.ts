/**
 * Frames over a pipe: four bytes of length (big endian), then that many bytes of JSON.
 *
 * Knows no frame's meaning. Reading waits in the event loop while anything of the plugin's is
 * still to happen (a timer, a promise of an operation, a call without an answer), and blocks the
 * thread in the read where nothing is: that saves two changes of thread a message.
 */

import {
  copyWithin,
  decode,
  encodeInto,
  MathMax,
  NativeBytes,
  NativeError,
  now,
  seal,
  setBytes,
  subarray,
} from "./primordials.ts";

export const MAX_MESSAGE = 4 * 1024 * 1024;
const HEADER = 4;
const FIRST_BUFFER = 16 * 1024;
const KEEP_BUFFER = 256 * 1024;
/** Milliseconds after which the event loop gets a turn, however busy the pipe is. */
const TURN_MS = 5;

/** What the channel needs of the process: taken from Deno before Deno is removed. */
export interface Pipe {
  read(into: Uint8Array): Promise<number | null>;
  readSync(into: Uint8Array): number | null;
  writeSync(bytes: Uint8Array): number;
  /** Whether a timer or an operation of the event loop is still to come. */
  hasWork(): boolean;
}

/** A message that is beyond the limit; nothing of it was sent. */
export class TooLarge extends NativeError {
  /** At least so much, where its bytes were not counted. */
  readonly mb: number;

  constructor(size: number) {
    super(`${size} bytes`);
    this.mb = size / (1024 * 1024);
  }
}

export class Channel {
  readonly #pipe: Pipe;
  #inbox = new NativeBytes(FIRST_BUFFER);
  #start = 0;
  #end = 0;
  #outbox = new NativeBytes(FIRST_BUFFER);
  #filled = 0;
  #turned = 0;

  constructor(pipe: Pipe) {
    this.#pipe = pipe;
  }

  /** Wait for more bytes; false where the hub closed the pipe. */
  async receive(isIdle: boolean): Promise<boolean> {
    this.#makeRoom();
    const into = subarray(this.#inbox, this.#end, this.#inbox.length);
    let count: number | null;
    if (isIdle && now() - this.#turned < TURN_MS && !this.#pipe.hasWork()) {
      count = this.#pipe.readSync(into);
    } else {
      count = await this.#pipe.read(into);
      this.#turned = now();
    }
    if (count === null || count === 0) return false;
    this.#end += count;
    return true;
  }

  /** Take the next whole frame's JSON out of what was received; undefined where there is none. */
  take(): string | undefined {
    const size = this.#size();
    if (size < 0 || this.#end - this.#start < HEADER + size) return undefined;
    const from = this.#start + HEADER;
    this.#start = from + size;
    return decode(subarray(this.#inbox, from, this.#start));
  }

  #size(): number {
    if (this.#end - this.#start < HEADER) return -1;
    const at = this.#start;
    const bytes = this.#inbox;
    const size = ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) |
      bytes[at + 3]!) >>> 0;
    if (size === 0 || size > MAX_MESSAGE) throw new NativeError(`a frame of ${size} bytes`);
    return size;
  }

  #makeRoom(): void {
    const held = this.#end - this.#start;
    const size = this.#size();
    const wanted = MathMax(size < 0 ? 0 : HEADER + size, held + 1, FIRST_BUFFER);
    const fits = wanted <= this.#inbox.length;
    if (!fits || (held === 0 && this.#inbox.length > KEEP_BUFFER)) {
      const bigger = new NativeBytes(fits ? FIRST_BUFFER : wanted);
      setBytes(bigger, subarray(this.#inbox, this.#start, this.#end));
      this.#inbox = bigger;
    } else if (this.#start > 0) {
      copyWithin(this.#inbox, 0, this.#start, this.#end);
    }
    this.#start = 0;
    this.#end = held;
  }

  /**
   * Put one frame into the outbox; `flush` sends it.
   *
   * @throws {TooLarge} The frame is beyond the limit.
   */
  post(json: string): void {
    const size = this.#encode(json, json.length) ?? this.#encode(json, json.length * 3)!;
    if (size > MAX_MESSAGE) throw new TooLarge(size);
    const at = this.#filled;
    this.#outbox[at] = size >>> 24;
    this.#outbox[at + 1] = size >>> 16;
    this.#outbox[at + 2] = size >>> 8;
    this.#outbox[at + 3] = size;
    this.#filled = at + HEADER + size;
  }

  /** Encode behind what is there; undefined where the text needs more than `room` bytes. */
  #encode(json: string, room: number): number | undefined {
    if (json.length > MAX_MESSAGE) throw new TooLarge(json.length);
    const from = this.#filled + HEADER;
    if (from + room > this.#outbox.length) this.#grow(from + room);
    const { read, written } = encodeInto(json, subarray(this.#outbox, from, this.#outbox.length));
    return read === json.length ? written : undefined;
  }

  #grow(room: number): void {
    const bigger = new NativeBytes(MathMax(room, this.#outbox.length * 2));
    setBytes(bigger, subarray(this.#outbox, 0, this.#filled));
    this.#outbox = bigger;
  }

  /** Send everything that was posted; blocks while the hub has not read it. */
  flush(): void {
    let sent = 0;
    while (sent < this.#filled) {
      sent += this.#pipe.writeSync(subarray(this.#outbox, sent, this.#filled));
    }
    this.#filled = 0;
    if (this.#outbox.length > KEEP_BUFFER) this.#outbox = new NativeBytes(FIRST_BUFFER);
  }
}

seal(Channel);
seal(TooLarge);
