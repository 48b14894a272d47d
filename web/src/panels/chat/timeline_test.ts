import { deepEqual, equal } from "node:assert/strict";
import { sample } from "./sample.ts";
import * as timeline from "./timeline.ts";

const message = (seq: number, client_id: string | null = null) => sample(seq, { client_id });

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
  const page = { items: [message(4), message(5)], next: null };
  const newest = timeline.mergeNewest(timeline.EMPTY, page);
  const holed = timeline.merge(newest, [message(8)]);
  equal(timeline.hasHole(holed), true);
  equal(holed.tail, 5);
  const filled = timeline.merge(holed, [message(6), message(7)]);
  deepEqual([timeline.hasHole(filled), filled.tail], [false, 8]);
});

Deno.test("a number that an answer in a thread took is no hole", () => {
  const page = { items: [message(4)], next: null };
  const newest = timeline.mergeNewest(timeline.EMPTY, page);
  const passed = timeline.merge(timeline.pass(newest, 5), [message(6)]);
  deepEqual([timeline.hasHole(passed), passed.tail], [false, 6]);
});

Deno.test("what was deleted leaves a gap that is fetched once, not for ever", () => {
  const holed = timeline.merge(timeline.EMPTY, [message(3)]);
  equal(timeline.hasHole(holed), true);
  equal(timeline.hasHole(timeline.complete(holed)), false);
});

Deno.test("an empty channel has no hole and starts at zero", () => {
  equal(timeline.hasHole(timeline.EMPTY), false);
  equal(timeline.EMPTY.tail, 0);
});

Deno.test("of two answers the one with the higher rev is kept", () => {
  const newer = sample(1, { rev: 2, text: "new" });
  const held = timeline.merge(timeline.merge(timeline.EMPTY, [newer]), [sample(1, { rev: 1 })]);
  equal(held.messages[0]?.text, "new");
});

Deno.test("a deleted message never comes back from a late page", () => {
  const gone = { id: "m1", channel_id: "c1", thread_id: null, keeps_place: false, rev: 0 };
  const without = timeline.removed(timeline.merge(timeline.EMPTY, [message(1)]), gone);
  deepEqual(seqs(timeline.merge(without, [message(1), message(2)])), [2]);
});

Deno.test("a deleted message with a thread keeps its place without its words", () => {
  const gone = { id: "m1", channel_id: "c1", thread_id: null, keeps_place: true, rev: 1 };
  const [held] = timeline.removed(timeline.merge(timeline.EMPTY, [message(1)]), gone).messages;
  deepEqual([held?.text, held?.deleted], ["", true]);
});

Deno.test("a reaction follows the hub's count and knows which is one's own", () => {
  const held = timeline.merge(timeline.EMPTY, [message(1)]);
  const place = { message_id: "m1", channel_id: "c1", emoji: "👍", mine: false };
  const mine = { ...place, user_id: "u1", count: 1, people: ["Ada"], rev: 1 };
  const others = { ...place, user_id: "u2", count: 2, people: ["Ada", "Bob"], rev: 2 };
  const both = timeline.reacted(timeline.reacted(held, mine, true), others, null);
  const reaction = { emoji: "👍", count: 2, people: ["Ada", "Bob"], mine: true };
  deepEqual(both.messages[0]?.reactions, [reaction]);
  const edited = timeline.edited(
    both,
    sample(1, {
      rev: 3,
      text: "new",
      reactions: [{ ...reaction, mine: false }],
    }),
  );
  deepEqual([edited.messages[0]?.text, edited.messages[0]?.reactions], ["new", [reaction]]);
  const none = timeline.reacted(both, { ...mine, count: 0, people: [], rev: 3 }, false);
  deepEqual(none.messages[0]?.reactions, []);
});

Deno.test("far above is let go, and can be fetched again", () => {
  const many = timeline.merge(timeline.EMPTY, [1, 2, 3, 4].map((seq) => message(seq)));
  equal(timeline.trimmed(many, 4, 2), many);
  const short = timeline.trimmed(many, 3, 2);
  deepEqual([seqs(short), short.hasOlder, short.tail], [[3, 4], true, 4]);
});

Deno.test("the confirmed message replaces the one being sent", () => {
  const mine: timeline.Outgoing = {
    client_id: "k1",
    text: "hello",
    files: [],
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
    files: [],
    created_at: "",
    status: "sending",
    problem: "",
  };
  const sending = timeline.addOutgoing(timeline.EMPTY, mine);
  const failed = timeline.markOutgoing(sending, "k1", { status: "failed", problem: "offline" });
  equal(failed.outgoing[0]?.status, "failed");
  deepEqual(timeline.dropOutgoing(failed, "k1").outgoing, []);
});

Deno.test("a page says whether there are older messages", () => {
  const held = timeline.merge(timeline.EMPTY, [message(9)]);
  equal(timeline.mergeOlder(held, { items: [message(8)], next: "8" }).hasOlder, true);
  equal(timeline.mergeOlder(held, { items: [message(8)], next: null }).hasOlder, false);
});
