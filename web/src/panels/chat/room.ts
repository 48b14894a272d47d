/**
 * One channel or thread while it is open: fetches its messages, takes in live ones, fills holes,
 * and sends.
 */

import { type ApiError, asApiError } from "../../data/error.ts";
import type { Api } from "../../data/api.ts";
import type { Attachment, Message, MessageGone, ReactionNews, Thread } from "../../data/types.ts";
import { newId } from "./new_id.ts";
import { Outbox } from "./outbox.ts";
import { channelSource, type Source } from "./source.ts";
import * as line from "./timeline.ts";
import type { Timeline } from "./timeline.ts";

export const PAGE = 50;
const LARGE_PAGE = 200;
// Past this many pages it is kinder to start again at the newest than to fetch everything between.
const MAX_PAGES = 10;
const MOST_HELD = 400;
const KEPT = 150;

export class Room {
  readonly id: string;
  timeline: Timeline = line.EMPTY;
  loaded = false;
  loadingOlder = false;
  error: ApiError | null = null;
  /** The last seq read when the room was opened, or null when nothing was unread. */
  newAfter: number | null = null;
  readonly source: Source;
  readonly #api: Api;
  readonly #changed: () => void;
  readonly #outbox: Outbox;
  #catching: Promise<void> | null = null;

  constructor(id: string, api: Api, changed: () => void, source = channelSource(api, id)) {
    this.id = id;
    this.source = source;
    this.#api = api;
    this.#changed = changed;
    this.#outbox = new Outbox(
      (mine) => this.#post(mine),
      (clientId) => this.timeline.outgoing.find((one) => one.client_id === clientId),
      (clientId, mark) => this.#set(line.markOutgoing(this.timeline, clientId, mark)),
    );
  }

  /** Fetch the newest page, or what came since. Failures stand in `error`. */
  refresh(): Promise<void> {
    return this.#trying(() => this.loaded ? this.#catchUp() : this.#loadNewest());
  }

  /** Fetch everything that is held anew: what changed in it meanwhile was not told. */
  reload(): Promise<void> {
    return this.#trying(() => this.loaded ? this.#fetchAgain() : this.#loadNewest());
  }

  /** Take in a message from the live line. */
  hear(message: Message): void {
    this.#set(line.merge(this.timeline, [message]));
    if (this.loaded && this.source.numbered && line.hasHole(this.timeline)) void this.refresh();
  }

  /** Take in that an answer in a thread took a number of this channel. */
  pass(seq: number): void {
    this.timeline = line.pass(this.timeline, seq);
  }

  hearEdit(message: Message): void {
    this.#follow(message.id, message.rev, (held) => line.edited(held, message));
  }

  hearReaction(news: ReactionNews, mine: boolean | null): void {
    this.#follow(news.message_id, news.rev, (held) => line.reacted(held, news, mine));
  }

  hearThread(id: string, thread: Thread | null, rev: number): void {
    this.#follow(id, rev, (held) => line.threaded(held, id, thread, rev));
  }

  hearGone(gone: MessageGone): void {
    if (this.timeline.messages.some(({ id }) => id === gone.id) || !gone.keeps_place) {
      this.#set(line.removed(this.timeline, gone));
    }
  }

  async loadOlder(): Promise<void> {
    const oldest = this.#oldest();
    if (this.loadingOlder || !this.timeline.hasOlder || !oldest) return;
    this.loadingOlder = true;
    this.#changed();
    try {
      const page = await this.source.page({ before: oldest.seq, limit: PAGE });
      this.timeline = line.mergeOlder(this.timeline, page);
    } finally {
      this.loadingOlder = false;
      this.#changed();
    }
  }

  /** Let go of what is far above; only while nobody looks at it. */
  trim(): void {
    if (this.source.numbered) this.timeline = line.trimmed(this.timeline, MOST_HELD, KEPT);
  }

  note(text: string): void {
    const created_at = new Date().toISOString();
    this.#set(line.addNote(this.timeline, { key: newId(), text, created_at }));
  }

  dropNote(key: string): void {
    this.#set(line.dropNote(this.timeline, key));
  }

  send(text: string, files: readonly Attachment[] = []): Promise<void> {
    const client_id = newId();
    const created_at = new Date().toISOString();
    const mine = { client_id, text, files, created_at, status: "sending", problem: "" } as const;
    this.#set(line.addOutgoing(this.timeline, mine));
    return this.#outbox.send(client_id);
  }

  resend(clientId: string): void {
    if (!this.timeline.outgoing.some((one) => one.client_id === clientId)) return;
    this.#set(line.markOutgoing(this.timeline, clientId, { status: "sending", problem: "" }));
    void this.#outbox.send(clientId);
  }

  discard(clientId: string): void {
    this.#set(line.dropOutgoing(this.timeline, clientId));
    this.#outbox.hurry();
  }

  /** The hub answers again: send now what waits. */
  hurry(): void {
    this.#outbox.hurry();
  }

  close(): void {
    this.#outbox.close();
  }

  async #post({ text, client_id, files }: line.Outgoing): Promise<void> {
    const { channel, thread } = this.source;
    const body = { text, client_id, thread_id: thread, files: files.map(({ id }) => id) };
    this.hear(await this.#api.chat.post(channel, body));
  }

  async #trying(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.error = null;
    } catch (thrown) {
      this.error = asApiError(thrown);
    }
    this.#changed();
  }

  async #loadNewest(): Promise<void> {
    const [page, head] = await Promise.all([
      this.source.page({ limit: this.source.numbered ? PAGE : LARGE_PAGE }),
      this.source.head(),
    ]);
    this.timeline = line.merge(line.mergeNewest(this.timeline, page), head);
    this.loaded = true;
    // What was heard while the page was on its way may leave a hole behind the page.
    if (this.source.numbered && line.hasHole(this.timeline)) await this.#catchUp();
  }

  #catchUp(): Promise<void> {
    this.#catching ??= this.#fetchAfter(this.timeline.tail, PAGE).finally(() =>
      this.#catching = null
    );
    return this.#catching;
  }

  async #fetchAgain(): Promise<void> {
    const oldest = this.#oldest();
    const { outgoing, notes, gone, hasOlder } = this.timeline;
    this.timeline = { ...line.EMPTY, outgoing, notes, gone, hasOlder };
    await this.#fetchAfter(oldest ? oldest.seq - 1 : 0, LARGE_PAGE);
    this.timeline = line.merge(this.timeline, await this.source.head());
  }

  async #fetchAfter(after: number, limit: number): Promise<void> {
    for (let pages = 0; pages < MAX_PAGES; pages++) {
      const page = await this.source.page({ after, limit });
      this.timeline = line.merge(this.timeline, page.items);
      if (page.next === null) {
        this.timeline = line.complete(this.timeline);
        return;
      }
      after = Number(page.next);
      this.#changed();
    }
    const { outgoing, notes, gone } = this.timeline;
    this.timeline = { ...line.EMPTY, outgoing, notes, gone };
    await this.#loadNewest();
  }

  /** Take in a change of one message; where one before it was missed, fetch the message instead. */
  #follow(id: string, rev: number, change: (timeline: Timeline) => Timeline): void {
    const held = this.timeline.messages.find((one) => one.id === id);
    if (!held || rev < held.rev) return;
    if (rev <= held.rev + 1) this.#set(change(this.timeline));
    else void this.#fetchOne(id);
  }

  async #fetchOne(id: string): Promise<void> {
    try {
      this.#set(line.merge(this.timeline, [await this.#api.chat.message(id)]));
    } catch {
      return; // gone, or the hub is away: the next refresh tells
    }
  }

  #oldest(): Message | undefined {
    return this.timeline.messages.find(({ id }) => id !== this.source.thread);
  }

  #set(timeline: Timeline): void {
    this.timeline = timeline;
    this.#changed();
  }
}
