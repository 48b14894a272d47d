import { deepEqual, equal } from "node:assert/strict";
import type { Channel, Message } from "../../data/types.ts";
import { addChannel, notePosted, noteRead, totalUnread } from "./channels.ts";

const channel = (name: string, last_seq = 0): Channel => ({
  id: name,
  name,
  topic: "",
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
