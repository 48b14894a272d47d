/**
 * All channels with their rooms and unread counts, kept true by the live line.
 *
 * It outlives the panel while the page is open: what is being sent goes on when one looks at
 * another page of the hub meanwhile.
 */

import type { Hub } from "../../context/hub.ts";
import { type ApiError, asApiError } from "../../data/error.ts";
import type { LiveState } from "../../data/live.ts";
import type {
  Author,
  Channel,
  Membership,
  Message,
  MessageGone,
  ReactionNews,
  Thread,
} from "../../data/types.ts";
import * as list from "./channels.ts";
import { Room } from "./room.ts";
import { threadSource } from "./source.ts";

const READ_AFTER_MS = 350;

export interface Watcher {
  changed(): void;
  isReading(): boolean;
}

type Came = { membership?: Membership; member_count: number };
type Gone = { channel_id: string; user_id: string; member_count: number };

const NOBODY: Watcher = { changed: () => {}, isReading: () => false };
let kept: ChannelStore | null = null;

/** The store of this person; that of somebody who signed out before is closed. */
export function storeFor(hub: Hub): ChannelStore {
  if (kept?.userId !== hub.user.id) {
    kept?.close();
    kept = new ChannelStore(hub);
  }
  return kept;
}

export class ChannelStore {
  readonly userId: string;
  channels: Channel[] | null = null;
  people: readonly Author[] = [];
  error: ApiError | null = null;
  #hub: Hub;
  #watcher = NOBODY;
  readonly #rooms = new Map<string, Room>();
  readonly #threads = new Map<string, Room>();
  readonly #told = new Map<string, number>();
  #open: string | null = null;
  #readTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(hub: Hub) {
    this.userId = hub.user.id;
    this.#hub = hub;
  }

  get unread(): number {
    return list.totalUnread(this.channels ?? []);
  }

  setHub(hub: Hub): void {
    this.#hub = hub;
  }

  /** Follow the hub and tell somebody of it, until the answered undo is called. */
  attach(hub: Hub, watcher: Watcher): () => void {
    this.#hub = hub;
    this.#watcher = watcher;
    const undo = this.#listen();
    void this.reload();
    return () => {
      for (const one of undo) one();
      this.#watcher = NOBODY;
      this.#open = null;
      clearTimeout(this.#readTimer);
    };
  }

  close(): void {
    for (const room of this.#everyRoom()) room.close();
  }

  room(id: string): Room {
    const known = this.#rooms.get(id);
    if (known) return known;
    const room = new Room(id, this.#hub.api, () => this.#roomChanged(id));
    this.#rooms.set(id, room);
    return room;
  }

  thread(channel: string, id: string): Room {
    const known = this.#threads.get(id);
    if (known) return known;
    const { api } = this.#hub;
    const source = threadSource(api, channel, id);
    const room = new Room(id, api, () => this.#watcher.changed(), source);
    this.#threads.set(id, room);
    void room.refresh();
    return room;
  }

  /** Fetch the channels anew, and everything that the rooms hold. */
  async reload(): Promise<void> {
    void this.#loadPeople();
    try {
      this.channels = (await this.#hub.api.chat.channels()).items;
      this.error = null;
    } catch (thrown) {
      this.error = asApiError(thrown);
    }
    for (const room of this.#everyRoom()) if (room.loaded) void room.reload();
    this.#watcher.changed();
  }

  /** Say which channel is in front; the first time its messages are fetched. */
  open(channel: Channel | null): void {
    if (channel?.id === this.#open || (!channel && !this.#open)) return;
    if (this.#open) this.#rooms.get(this.#open)?.trim();
    this.#open = channel?.id ?? null;
    if (!channel) return;
    const room = this.room(channel.id);
    room.newAfter = channel.unread > 0 ? this.#lastRead(channel, room) : null;
    void room.refresh();
  }

  add(channel: Channel): void {
    const held = this.channels?.find(({ id }) => id === channel.id);
    const joined = channel.joined || (held?.joined ?? false);
    this.channels = list.addChannel(this.channels ?? [], { ...channel, joined });
    this.#watcher.changed();
  }

  /** The reader may have seen the end of the open channel: tell the hub, at most once a while. */
  noteSeen(): void {
    clearTimeout(this.#readTimer);
    this.#readTimer = setTimeout(() => void this.#tellRead(), READ_AFTER_MS);
  }

  #listen(): (() => void)[] {
    const { live } = this.#hub;
    // A plugin may tell any event with anything in it: what brings no such record is not for us.
    const on = <T>(topic: string, key: string, hear: (value: T) => void) =>
      live.on<Record<string, T | undefined>>(topic, (data) => {
        const value = data[key];
        if (value !== undefined && value !== null) hear(value);
      });
    const toThread = (thread: Thread & { rev: number }) =>
      this.#each((room) => room.hearThread(thread.message_id, thread, thread.rev));
    const toReaction = (news: ReactionNews, added: boolean) => {
      const mine = news.user_id === this.userId ? added : null;
      this.#each((room) => room.hearReaction(news, mine));
    };
    return [
      on<Message>("message.created", "message", (message) => this.#hear(message)),
      on<Message>(
        "message.updated",
        "message",
        (message) => this.#each((room) => room.hearEdit(message)),
      ),
      live.on<MessageGone>("message.deleted", (gone) => this.#each((room) => room.hearGone(gone))),
      on<ReactionNews>("reaction.created", "reaction", (news) => toReaction(news, true)),
      on<ReactionNews>("reaction.deleted", "reaction", (news) => toReaction(news, false)),
      on("thread.created", "thread", toThread),
      on("thread.updated", "thread", toThread),
      live.on<{ message_id: string; rev: number }>(
        "thread.deleted",
        ({ message_id, rev }) => this.#each((room) => room.hearThread(message_id, null, rev)),
      ),
      on<Channel>("channel.created", "channel", (channel) => this.add(channel)),
      on<Channel>(
        "channel.updated",
        "channel",
        (channel) => this.#change((held) => list.updateChannel(held, channel)),
      ),
      on<string>("channel.deleted", "id", (id) => this.#dropChannel(id)),
      live.on<Came>("membership.created", ({ membership: one, member_count }) => {
        if (one) this.#noteMembers(one.channel_id, one.user.id, member_count, true);
      }),
      live.on<Gone>(
        "membership.deleted",
        ({ channel_id, user_id, member_count }) =>
          this.#noteMembers(channel_id, user_id, member_count, false),
      ),
      on<Membership>(
        "membership.updated",
        "membership",
        (membership) => this.#change((held) => list.noteMark(held, membership)),
      ),
      live.on("reset", () => void this.reload()),
      live.on<LiveState>("state", (state) => state === "online" && this.#hurry()),
    ];
  }

  #hear(message: Message): void {
    const mine = message.author.id === this.userId;
    const answer = message.thread_id !== null;
    const reading = message.channel_id === this.#open && this.#watcher.isReading();
    this.channels &&= list.notePosted(this.channels, message, !mine && !reading && !answer);
    if (answer) {
      this.#rooms.get(message.channel_id)?.pass(message.seq);
      this.#threads.get(message.thread_id!)?.hear(message);
    } else {
      this.#drawLine(message, mine || reading);
      const room = this.#rooms.get(message.channel_id);
      room?.hear(message);
      if (reading) room?.trim();
    }
    this.#watcher.changed();
  }

  #noteMembers(channel: string, user: string, count: number, joined: boolean): void {
    const mine = user === this.userId ? joined : null;
    this.#change((held) => list.noteMembers(held, channel, count, mine));
  }

  #dropChannel(id: string): void {
    this.#rooms.get(id)?.close();
    this.#rooms.delete(id);
    this.#change((held) => list.removeChannel(held, id));
  }

  #change(by: (channels: Channel[]) => Channel[]): void {
    this.channels &&= by(this.channels);
    this.#watcher.changed();
  }

  #each(hear: (room: Room) => void): void {
    for (const room of this.#everyRoom()) hear(room);
  }

  #everyRoom(): Room[] {
    return [...this.#rooms.values(), ...this.#threads.values()];
  }

  #hurry(): void {
    for (const room of this.#everyRoom()) room.hurry();
  }

  /** The seq above which nothing was read: unread messages are the last ones that are held. */
  #lastRead(channel: Channel, room: Room): number {
    const held = room.timeline.messages.filter(({ author }) => author.id !== this.userId);
    const first = held.at(-channel.unread);
    return first ? first.seq - 1 : channel.last_seq - channel.unread;
  }

  /** A line above the first message that comes while nobody is looking. */
  #drawLine(message: Message, seen: boolean): void {
    const room = this.#rooms.get(message.channel_id);
    if (!room || message.channel_id !== this.#open || seen) return;
    const unread = this.channels?.find((channel) => channel.id === room.id)?.unread ?? 0;
    if (unread === 1) room.newAfter = message.seq - 1;
  }

  #roomChanged(id: string): void {
    this.#watcher.changed();
    if (id === this.#open) this.noteSeen();
  }

  async #loadPeople(): Promise<void> {
    try {
      const { items } = await this.#hub.api.users.list();
      this.people = items.filter(({ is_active }) => is_active);
    } catch {
      return; // without them nobody is suggested after an at; everything else works
    }
    this.#watcher.changed();
  }

  async #tellRead(): Promise<void> {
    const id = this.#open;
    const room = id && this.#rooms.get(id);
    if (!room || !room.loaded || !this.#watcher.isReading()) return;
    const channel = this.channels?.find((one) => one.id === id);
    const seq = room.timeline.tail;
    this.#change((held) => list.noteRead(held, id));
    if (seq === 0 || !channel?.joined || this.#told.get(id) === seq) return;
    this.#told.set(id, seq);
    try {
      await this.#hub.api.chat.markRead(id, seq);
    } catch {
      this.#told.delete(id); // told again at the next message or look; nothing the reader must do
    }
  }
}
