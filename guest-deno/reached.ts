/** Tells the hub what the guest refused its plugin for a limit of the protocol. */

import type { Channel } from "./channel.ts";
import { encode } from "./text.ts";
import { now, seal, Table } from "./primordials.ts";

/** A plugin that goes on trying is told of no more often than this. */
const EVERY_MS = 1000;

export class Reached {
  readonly #channel: Channel;
  readonly #told = new Table<string, number>();

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** `measured` is in the limit's unit; at least so much, where it was not counted out. */
  tell(limit: "message_mb" | "message_depth" | "in_flight", measured: number): void {
    const at = now();
    const before = this.#told.get(limit);
    if (before !== undefined && at - before < EVERY_MS) return;
    this.#told.set(limit, at);
    this.#channel.post(encode({ __proto__: null, type: "limit", limit, measured }));
  }
}

seal(Reached);
