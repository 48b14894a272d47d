/** A message for tests. */

import type { Message } from "../../data/types.ts";

export const ADA = { id: "u1", username: "ada", display_name: "Ada", avatar_hue: 10 };
export const BOB = { id: "u2", username: "bob", display_name: "Bob", avatar_hue: 90 };

export function sample(seq: number, more: Partial<Message> = {}): Message {
  return {
    id: `m${seq}`,
    seq,
    channel_id: "c1",
    thread_id: null,
    author: ADA,
    text: `text ${seq}`,
    created_at: "2026-01-01T10:00:00Z",
    edited_at: null,
    deleted: false,
    client_id: null,
    rev: 0,
    thread: null,
    reactions: [],
    files: [],
    blocks: [],
    ...more,
  };
}
