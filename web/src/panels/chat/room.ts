/**
 * One channel while it is open: fetches its messages, takes in live ones, fills holes, and sends.
 *
 * A message leaves with a client id made here, so sending it again after a lost answer is safe.
 */

import { type ApiError, asApiError, errorText } from "../../data/error.ts";
import type { Api } from "../../data/api.ts";
import type { Message } from "../../data/types.ts";
import {
  addOutgoing,
  contiguousTail,
  dropOutgoing,
  EMPTY,
  hasHole,
  markOutgoing,
  merge,
  mergeOlder,
  type Timeline,
} from "./timeline.ts";

export const PAGE = 50;
// Past this many pages it is kinder to start again at the newest than to fetch everything between.
const MAX_CATCH_UP_PAGES = 20;

export class Room {
  readonly id: string;
  timeline: Timeline = EMPTY;
  loaded = false;
  loadingOlder = false;
  error: ApiError | null = null;
  /** The last seq read when the room was opened, or null when nothing was unread. */
  newAfter: number | null = null;
  readonly #api: Api;
  readonly #changed: () => void;
  #catching: Promise<void> | null = null;
  #sending: Promise<void> = Promise.resolve();

  constructor(id: string, api: Api, changed: () => void) {
    this.id = id;
    this.#api = api;
    this.#changed = changed;
  }

  /** Fetch the newest page, or what came since. Failures stand in `error`. */
  async refresh(): Promise<void> {
    try {
      await (this.loaded ? this.#catchUp() : this.#loadNewest());
      this.error = null;
    } catch (thrown) {
      this.error = asApiError(thrown);
    }
    this.#changed();
  }

  /** Take in a message from the live line. */
  hear(message: Message): void {
    this.#set(merge(this.timeline, [message]));
    if (this.loaded && hasHole(this.timeline)) void this.refresh();
  }

  async loadOlder(): Promise<void> {
    const oldest = this.timeline.messages[0];
    if (this.loadingOlder || !this.timeline.hasOlder || !oldest) return;
    this.loadingOlder = true;
    this.#changed();
    try {
      const page = await this.#api.chat.messages(this.id, { before: oldest.seq, limit: PAGE });
      this.timeline = mergeOlder(this.timeline, page.items, PAGE);
    } finally {
      this.loadingOlder = false;
      this.#changed();
    }
  }

  send(text: string): Promise<void> {
    const client_id = newId();
    const created_at = new Date().toISOString();
    const mine = { client_id, text, created_at, status: "sending", problem: "" } as const;
    this.#set(addOutgoing(this.timeline, mine));
    return this.#enqueue(client_id, text);
  }

  resend(clientId: string): void {
    const mine = this.timeline.outgoing.find((one) => one.client_id === clientId);
    if (!mine) return;
    this.#set(markOutgoing(this.timeline, clientId, { status: "sending", problem: "" }));
    void this.#enqueue(clientId, mine.text);
  }

  discard(clientId: string): void {
    this.#set(dropOutgoing(this.timeline, clientId));
  }

  /** One after the other: requests side by side could overtake each other on their way. */
  #enqueue(client_id: string, text: string): Promise<void> {
    return this.#sending = this.#sending.then(() => this.#post(client_id, text));
  }

  async #post(client_id: string, text: string): Promise<void> {
    try {
      this.hear(await this.#api.chat.post(this.id, { text, client_id }));
    } catch (thrown) {
      const problem = errorText(thrown);
      this.#set(markOutgoing(this.timeline, client_id, { status: "failed", problem }));
    }
  }

  async #loadNewest(): Promise<void> {
    const page = await this.#api.chat.messages(this.id, { limit: PAGE });
    this.timeline = mergeOlder(this.timeline, page.items, PAGE);
    this.loaded = true;
    // What was heard while the page was on its way may leave a hole behind the page.
    if (hasHole(this.timeline)) await this.#catchUp();
  }

  #catchUp(): Promise<void> {
    this.#catching ??= this.#fetchMissed().finally(() => this.#catching = null);
    return this.#catching;
  }

  async #fetchMissed(): Promise<void> {
    for (let pages = 0; pages < MAX_CATCH_UP_PAGES; pages++) {
      const after = contiguousTail(this.timeline);
      const page = await this.#api.chat.messages(this.id, { after, limit: PAGE });
      this.timeline = merge(this.timeline, page.items);
      if (page.items.length < PAGE && !hasHole(this.timeline)) return;
      if (contiguousTail(this.timeline) === after) return;
      this.#changed();
    }
    this.timeline = { ...EMPTY, outgoing: this.timeline.outgoing };
    const page = await this.#api.chat.messages(this.id, { limit: PAGE });
    this.timeline = mergeOlder(this.timeline, page.items, PAGE);
  }

  #set(timeline: Timeline): void {
    this.timeline = timeline;
    this.#changed();
  }
}

/** A UUID also where the page is not served over https and randomUUID is missing. */
function newId(): string {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
