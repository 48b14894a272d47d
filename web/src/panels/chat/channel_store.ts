/** All channels with their rooms and unread counts, kept true by the live line. */

import type { Hub } from "../../context/hub.ts";
import { type ApiError, asApiError } from "../../data/error.ts";
import type { Channel, Message } from "../../data/types.ts";
import { addChannel, notePosted, noteRead, totalUnread } from "./channels.ts";
import { Room } from "./room.ts";
import { contiguousTail } from "./timeline.ts";

const READ_AFTER_MS = 350;

export class ChannelStore {
  channels: Channel[] | null = null;
  error: ApiError | null = null;
  #hub: Hub;
  readonly #changed: () => void;
  readonly #isReading: () => boolean;
  readonly #rooms = new Map<string, Room>();
  readonly #told = new Map<string, number>();
  #open: string | null = null;
  #readTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(hub: Hub, changed: () => void, isReading: () => boolean) {
    this.#hub = hub;
    this.#changed = changed;
    this.#isReading = isReading;
  }

  get unread(): number {
    return totalUnread(this.channels ?? []);
  }

  setHub(hub: Hub): void {
    this.#hub = hub;
  }

  room(id: string): Room {
    const known = this.#rooms.get(id);
    if (known) return known;
    const room = new Room(id, this.#hub.api, () => this.#roomChanged(id));
    this.#rooms.set(id, room);
    return room;
  }

  /** Fetch the channels anew, and what the rooms missed. */
  async refresh(): Promise<void> {
    try {
      this.channels = (await this.#hub.api.chat.channels()).items;
      this.error = null;
    } catch (thrown) {
      this.error = asApiError(thrown);
    }
    for (const room of this.#rooms.values()) if (room.loaded) void room.refresh();
    this.#changed();
  }

  /** Say which channel is in front; the first time its messages are fetched. */
  open(channel: Channel | null): void {
    if (channel?.id === this.#open || (!channel && !this.#open)) return;
    this.#open = channel?.id ?? null;
    if (!channel) return;
    const room = this.room(channel.id);
    room.newAfter = channel.unread > 0 ? channel.last_seq - channel.unread : null;
    void room.refresh();
  }

  hear(message: Message): void {
    const mine = message.author.id === this.#hub.user.id;
    const reading = message.channel_id === this.#open && this.#isReading();
    this.channels &&= notePosted(this.channels, message, !mine && !reading);
    this.#drawLine(message, mine || reading);
    const room = this.#rooms.get(message.channel_id);
    room?.hear(message);
    this.#changed();
  }

  add(channel: Channel): void {
    if (this.channels?.some((known) => known.id === channel.id)) return;
    this.channels = addChannel(this.channels ?? [], { ...channel, unread: channel.unread ?? 0 });
    this.#changed();
  }

  /** The reader may have seen the end of the open channel: tell the hub, at most once a while. */
  noteSeen(): void {
    clearTimeout(this.#readTimer);
    this.#readTimer = setTimeout(() => void this.#tellRead(), READ_AFTER_MS);
  }

  /** A line above the first message that comes while nobody is looking. */
  #drawLine(message: Message, seen: boolean): void {
    const room = this.#rooms.get(message.channel_id);
    if (!room || message.channel_id !== this.#open || seen) return;
    const unread = this.channels?.find((channel) => channel.id === room.id)?.unread ?? 0;
    if (unread === 1) room.newAfter = message.seq - 1;
  }

  #roomChanged(id: string): void {
    this.#changed();
    if (id === this.#open) this.noteSeen();
  }

  async #tellRead(): Promise<void> {
    const id = this.#open;
    const room = id && this.#rooms.get(id);
    if (!room || !room.loaded || !this.#isReading()) return;
    const seq = contiguousTail(room.timeline);
    this.channels &&= noteRead(this.channels, id);
    this.#changed();
    if (seq === 0 || this.#told.get(id) === seq) return;
    this.#told.set(id, seq);
    try {
      await this.#hub.api.chat.markRead(id, seq);
    } catch {
      this.#told.delete(id); // told again at the next message or look; nothing the reader must do
    }
  }
}
