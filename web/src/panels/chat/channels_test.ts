import { deepEqual, equal } from "node:assert/strict";
import type { Channel, Message } from "../../data/types.ts";
import { addChannel, noteMembers, notePosted, noteRead, totalUnread } from "./channels.ts";

const channel = (name: string, last_seq = 0): Channel => ({
  id: name,
  name,
  topic: "",
  created_by: "u1",
  joined: true,
  unread: 0,
  last_seq,
  member_count: 1,
});
const posted = { channel_id: "a", seq: 4 } as Message;

Deno.test("a message is counted once, however often it is told", () => {
  const once = notePosted([channel("a", 3), channel("b")], posted, true);
  equal(totalUnread(notePosted(once, posted, true)), 1);
});

Deno.test("one's own message moves the channel but is not unread", () => {
  const [held] = notePosted([channel("a", 3)], posted, false);
  deepEqual([held?.last_seq, held?.unread], [4, 0]);
});

Deno.test("reading a channel leaves the others as they were", () => {
  const counted = notePosted([channel("a"), channel("b")], posted, true);
  equal(totalUnread(noteRead(counted, "b")), 1);
  equal(totalUnread(noteRead(counted, "a")), 0);
});

Deno.test("a channel told twice stands once, in the order of names", () => {
  const held = addChannel(addChannel([channel("z")], channel("a")), channel("a"));
  deepEqual(held.map((one) => one.name), ["a", "z"]);
});

Deno.test("who comes and goes is counted as the hub counts, and one's own place is known", () => {
  const [others] = noteMembers([channel("a")], "a", 5, null);
  deepEqual([others?.member_count, others?.joined], [5, true]);
  const [left] = noteMembers([{ ...channel("a"), unread: 3 }], "a", 4, false);
  deepEqual([left?.member_count, left?.joined, left?.unread], [4, false, 0]);
});
