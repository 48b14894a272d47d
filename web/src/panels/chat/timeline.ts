/**
 * The messages of one channel as this browser knows them. Pure: every function gives a new value.
 *
 * Rules: a message is held once (by id), in the order of seq; what one is sending stands after what
 * is confirmed; a hole in seq is never closed by guessing, it is fetched.
 */

import type { Message } from "../../data/types.ts";

export interface Outgoing {
  client_id: string;
  text: string;
  created_at: string;
  status: "sending" | "failed";
  problem: string;
}

export interface Timeline {
  messages: readonly Message[];
  outgoing: readonly Outgoing[];
  /** Whether older messages exist that were not fetched. */
  hasOlder: boolean;
}

export const EMPTY: Timeline = { messages: [], outgoing: [], hasOlder: false };

function union(held: readonly Message[], more: readonly Message[]): Message[] {
  const byId = new Map(held.map((message) => [message.id, message]));
  for (const message of more) byId.set(message.id, message);
  return [...byId.values()].sort((a, b) => a.seq - b.seq);
}

/** Take in messages from an answer or from the live door, in any order, twice or more. */
export function merge(timeline: Timeline, more: readonly Message[]): Timeline {
  if (more.length === 0) return timeline;
  const arrived = new Set(more.map((message) => message.client_id));
  return {
    ...timeline,
    messages: union(timeline.messages, more),
    outgoing: timeline.outgoing.filter((mine) => !arrived.has(mine.client_id)),
  };
}

/** Take in a page of older messages; `limit` is what was asked for. */
export function mergeOlder(timeline: Timeline, page: readonly Message[], limit: number): Timeline {
  const oldest = page[0]?.seq ?? 1;
  return { ...merge(timeline, page), hasOlder: page.length >= limit && oldest > 1 };
}

/** The last seq before the first hole: everything up to it is held. */
export function contiguousTail(timeline: Timeline): number {
  const { messages } = timeline;
  let tail = messages[0]?.seq ?? 0;
  for (const message of messages) {
    if (message.seq > tail + 1) break;
    tail = message.seq;
  }
  return tail;
}

export function lastSeq(timeline: Timeline): number {
  return timeline.messages.at(-1)?.seq ?? 0;
}

export function hasHole(timeline: Timeline): boolean {
  return contiguousTail(timeline) < lastSeq(timeline);
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
