import { deepEqual, equal } from "node:assert/strict";
import type { Message } from "../../data/types.ts";
import * as timeline from "./timeline.ts";

const author = { id: "u1", username: "ada", display_name: "Ada", avatar_hue: 10 };

function message(seq: number, client: string | null = null): Message {
  return {
    id: `m${seq}`,
    seq,
    channel_id: "c1",
    author,
    text: `text ${seq}`,
    created_at: "2026-01-01T10:00:00Z",
    client_id: client,
  };
}

function seqs(value: timeline.Timeline): number[] {
  return value.messages.map((held) => held.seq);
}

Deno.test("messages in any order stand in the order of seq", () => {
  const held = timeline.merge(timeline.EMPTY, [message(3), message(1), message(2)]);
  deepEqual(seqs(held), [1, 2, 3]);
});

Deno.test("a message told twice is held once", () => {
  const once = timeline.merge(timeline.EMPTY, [message(1)]);
  deepEqual(seqs(timeline.merge(once, [message(1)])), [1]);
});

Deno.test("a hole in seq is seen, and gone once it is filled", () => {
  const holed = timeline.merge(timeline.EMPTY, [message(4), message(5), message(8)]);
  equal(timeline.hasHole(holed), true);
  equal(timeline.contiguousTail(holed), 5);
  equal(timeline.hasHole(timeline.merge(holed, [message(6), message(7)])), false);
});

Deno.test("an empty channel has no hole and starts at zero", () => {
  equal(timeline.hasHole(timeline.EMPTY), false);
  equal(timeline.contiguousTail(timeline.EMPTY), 0);
});

Deno.test("the confirmed message replaces the one being sent", () => {
  const mine: timeline.Outgoing = {
    client_id: "k1",
    text: "hello",
    created_at: "2026-01-01T10:00:00Z",
    status: "sending",
    problem: "",
  };
  const sending = timeline.addOutgoing(timeline.EMPTY, mine);
  const live = timeline.merge(sending, [message(1, "k1")]);
  const answered = timeline.merge(live, [message(1, "k1")]);
  deepEqual([seqs(answered), answered.outgoing], [[1], []]);
});

Deno.test("a failed message stays until it is sent again or dropped", () => {
  const mine: timeline.Outgoing = {
    client_id: "k1",
    text: "hello",
    created_at: "",
    status: "sending",
    problem: "",
  };
  const sending = timeline.addOutgoing(timeline.EMPTY, mine);
  const failed = timeline.markOutgoing(sending, "k1", { status: "failed", problem: "offline" });
  equal(failed.outgoing[0]?.status, "failed");
  deepEqual(timeline.dropOutgoing(failed, "k1").outgoing, []);
});

Deno.test("a full page of older messages says that there may be more", () => {
  const held = timeline.merge(timeline.EMPTY, [message(9)]);
  equal(timeline.mergeOlder(held, [message(7), message(8)], 2).hasOlder, true);
  equal(timeline.mergeOlder(held, [message(8)], 2).hasOlder, false);
  equal(timeline.mergeOlder(held, [message(1), message(2)], 2).hasOlder, false);
});
