/**
 * The messages of one place as this browser knows them. Pure: every function gives a new value.
 *
 * Rules: a message is held once (by id, the higher rev), in the order of seq; what one is sending
 * stands after what is confirmed; what is gone never comes back from a late answer.
 */

import type {
  Attachment,
  Message,
  MessageGone,
  Page,
  ReactionNews,
  Thread,
} from "../../data/types.ts";

export interface Outgoing {
  client_id: string;
  text: string;
  files: readonly Attachment[];
  created_at: string;
  /** `waiting`: it did not get through and is tried again by itself. */
  status: "sending" | "waiting" | "failed";
  problem: string;
}

/** What a command said to this person alone. */
export interface Note {
  key: string;
  text: string;
  created_at: string;
}

export interface Timeline {
  messages: readonly Message[];
  outgoing: readonly Outgoing[];
  notes: readonly Note[];
  /** Whether older messages exist that were not fetched. */
  hasOlder: boolean;
  /** Everything between the oldest message and this seq is held. */
  tail: number;
  gone: ReadonlySet<string>;
}

export const EMPTY: Timeline = {
  messages: [],
  outgoing: [],
  notes: [],
  hasOlder: false,
  tail: 0,
  gone: new Set(),
};

function union(held: readonly Message[], more: readonly Message[]): Message[] {
  const byId = new Map(held.map((message) => [message.id, message]));
  for (const message of more) {
    if ((byId.get(message.id)?.rev ?? -1) <= message.rev) byId.set(message.id, message);
  }
  return [...byId.values()].sort((a, b) => a.seq - b.seq);
}

/** The last seq up to which nothing is missing, if all up to `tail` is held. */
function reach(messages: readonly Message[], tail: number): number {
  for (const { seq } of messages) if (seq === tail + 1) tail = seq;
  return tail;
}

/** Take in messages from an answer or from the live door, in any order, twice or more. */
export function merge(timeline: Timeline, more: readonly Message[]): Timeline {
  if (more.length === 0) return timeline;
  const arrived = new Set(more.map((message) => message.client_id));
  const there = more.filter((message) => !timeline.gone.has(message.id));
  const messages = union(timeline.messages, there);
  return {
    ...timeline,
    messages,
    tail: reach(messages, timeline.tail),
    outgoing: timeline.outgoing.filter((mine) => !arrived.has(mine.client_id)),
  };
}

/** Take in a page of older messages. */
export function mergeOlder(timeline: Timeline, page: Page<Message>): Timeline {
  return { ...merge(timeline, page.items), hasOlder: page.next !== null };
}

/** Take in the newest page: everything in it up to its end is held. */
export function mergeNewest(timeline: Timeline, page: Page<Message>): Timeline {
  const tail = page.items.at(-1)?.seq ?? 0;
  const merged = mergeOlder(timeline, page);
  return { ...merged, tail: reach(merged.messages, Math.max(tail, merged.tail)) };
}

/** Note a number that something else in the channel took: an answer in a thread. */
export function pass(timeline: Timeline, seq: number): Timeline {
  if (seq !== timeline.tail + 1) return timeline;
  return { ...timeline, tail: reach(timeline.messages, seq) };
}

/** Say that everything up to the last message was fetched. */
export function complete(timeline: Timeline): Timeline {
  return { ...timeline, tail: Math.max(timeline.tail, lastSeq(timeline)) };
}

export function lastSeq(timeline: Timeline): number {
  return timeline.messages.at(-1)?.seq ?? 0;
}

export function hasHole(timeline: Timeline): boolean {
  return timeline.tail < lastSeq(timeline);
}

/** Let go of what is far above, so that a long day does not slow the page down. */
export function trimmed(timeline: Timeline, most: number, keep: number): Timeline {
  if (timeline.messages.length <= most) return timeline;
  return { ...timeline, messages: timeline.messages.slice(-keep), hasOlder: true };
}

function change(timeline: Timeline, id: string, by: (message: Message) => Message): Timeline {
  const messages = timeline.messages.map((one) => (one.id === id ? by(one) : one));
  return { ...timeline, messages };
}

/** Take in an edited message; whose reactions are one's own is known here alone. */
export function edited(timeline: Timeline, message: Message): Timeline {
  return change(timeline, message.id, (held) => ({
    ...message,
    reactions: message.reactions.map((one) => ({
      ...one,
      mine: held.reactions.some(({ emoji, mine }) => mine && emoji === one.emoji),
    })),
  }));
}

export function removed(timeline: Timeline, gone: MessageGone): Timeline {
  if (gone.keeps_place) {
    const emptied = {
      text: "",
      deleted: true,
      reactions: [],
      files: [],
      blocks: [],
      rev: gone.rev,
    };
    return change(timeline, gone.id, (held) => ({ ...held, ...emptied }));
  }
  return {
    ...timeline,
    gone: new Set([...timeline.gone, gone.id]),
    messages: timeline.messages.filter(({ id }) => id !== gone.id),
  };
}

/** Take in how an emoji stands at a message now; `mine` where it was this person who used it. */
export function reacted(timeline: Timeline, news: ReactionNews, mine: boolean | null): Timeline {
  const { emoji, count, people } = news;
  return change(timeline, news.message_id, (held) => {
    const before = held.reactions.find((one) => one.emoji === emoji);
    const now = { emoji, count, people, mine: mine ?? before?.mine ?? false };
    const others = before
      ? held.reactions.map((one) => (one === before ? now : one))
      : [...held.reactions, now];
    return { ...held, rev: news.rev, reactions: others.filter((one) => one.count > 0) };
  });
}

export function threaded(
  timeline: Timeline,
  id: string,
  thread: Thread | null,
  rev: number,
): Timeline {
  return change(timeline, id, (held) => ({ ...held, thread, rev }));
}

export function addNote(timeline: Timeline, note: Note): Timeline {
  return { ...timeline, notes: [...timeline.notes, note] };
}

export function dropNote(timeline: Timeline, key: string): Timeline {
  return { ...timeline, notes: timeline.notes.filter((note) => note.key !== key) };
}

export function addOutgoing(timeline: Timeline, mine: Outgoing): Timeline {
  return { ...timeline, outgoing: [...timeline.outgoing, mine] };
}

export function markOutgoing(
  timeline: Timeline,
  clientId: string,
  change: Pick<Outgoing, "status" | "problem">,
): Timeline {
  const outgoing = timeline.outgoing.map((mine) =>
    mine.client_id === clientId ? { ...mine, ...change } : mine
  );
  return { ...timeline, outgoing };
}

export function dropOutgoing(timeline: Timeline, clientId: string): Timeline {
  const outgoing = timeline.outgoing.filter((mine) => mine.client_id !== clientId);
  return { ...timeline, outgoing };
}
