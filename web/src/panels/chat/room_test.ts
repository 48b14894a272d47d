import { deepEqual } from "node:assert/strict";
import type { Api } from "../../data/api.ts";
import type { Message } from "../../data/types.ts";
import { Room } from "./room.ts";
import { sample } from "./sample.ts";

const message = (seq: number, text: string, client_id: string) => sample(seq, { text, client_id });

/** A hub that answers a post when told to, and the first one with a failure where wanted. */
function slowHub(failFirst = false) {
  const asked: string[] = [];
  const answers: (() => void)[] = [];
  const post = (_channel: string, { text, client_id }: { text: string; client_id: string }) => {
    asked.push(text);
    const seq = asked.length;
    return new Promise<Message>((resolve, reject) => {
      const fails = failFirst && seq === 1;
      answers.push(() =>
        fails ? reject(new Error("lost")) : resolve(message(seq, text, client_id))
      );
    });
  };
  const messages = () => Promise.resolve({ items: [], next: null });
  return { api: { chat: { post, messages } } as unknown as Api, asked, answers };
}

const soon = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("a message leaves only after the one before it has arrived", async () => {
  const { api, asked, answers } = slowHub();
  const room = new Room("c", api, () => {});
  void room.send("one");
  const done = room.send("two");
  await soon();
  deepEqual(asked, ["one"]);
  answers[0]!();
  await soon();
  deepEqual(asked, ["one", "two"]);
  answers[1]!();
  await done;
  deepEqual(room.timeline.messages.map(({ text }) => text), ["one", "two"]);
});

Deno.test("a message that fails does not hold up the next", async () => {
  const { api, answers } = slowHub(true);
  const room = new Room("c", api, () => {});
  void room.send("one");
  const done = room.send("two");
  await soon();
  answers[0]!();
  await soon();
  answers[1]!();
  await done;
  deepEqual(room.timeline.outgoing.map(({ status }) => status), ["failed"]);
  deepEqual(room.timeline.messages.map(({ text }) => text), ["two"]);
});

Deno.test("a change that was missed is fetched instead of guessed", async () => {
  const whole = sample(1, { rev: 3, text: "third" });
  const page = { items: [sample(1)], next: null };
  const chat = { messages: () => Promise.resolve(page), message: () => Promise.resolve(whole) };
  const room = new Room("c", { chat } as unknown as Api, () => {});
  await room.refresh();
  room.hearEdit(sample(1, { rev: 1, text: "first" }));
  deepEqual(room.timeline.messages[0]?.text, "first");
  room.hearThread("m1", null, 3);
  await soon();
  deepEqual(room.timeline.messages[0]?.text, "third");
});
