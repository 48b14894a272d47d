/** What stands in the message list: messages grouped by author, days, and the line above what is new. Pure. */

import { dayKey, dayName } from "../../components/time.ts";
import type { Attachment, Author, Message } from "../../data/types.ts";
import type { Note, Outgoing, Timeline } from "./timeline.ts";

export interface MessageRow {
  kind: "message";
  key: string;
  /** As the hub keeps it; null until it is confirmed. */
  message: Message | null;
  author: Author;
  text: string;
  files: readonly Attachment[];
  created_at: string;
  /** Whether the author's name and picture stand above it. */
  opensGroup: boolean;
  outgoing: Outgoing | null;
}

export type Row =
  | MessageRow
  | { kind: "day"; key: string; label: string }
  | { kind: "new"; key: string }
  | { kind: "note"; key: string; note: Note };

const GROUP_MS = 5 * 60_000;

function confirmed(message: Message): MessageRow {
  return {
    kind: "message",
    // The same key as while it was being sent: the row stays the same element.
    key: `${message.author.id}/${message.client_id ?? message.id}`,
    message,
    author: message.author,
    text: message.text,
    files: message.files,
    created_at: message.created_at,
    opensGroup: true,
    outgoing: null,
  };
}

function unconfirmed(mine: Outgoing, me: Author): MessageRow {
  return {
    kind: "message",
    key: `${me.id}/${mine.client_id}`,
    message: null,
    author: me,
    text: mine.text,
    files: mine.files,
    created_at: mine.created_at,
    opensGroup: true,
    outgoing: mine,
  };
}

function continues(row: MessageRow, before: Row | undefined): boolean {
  return before?.kind === "message" && before.author.id === row.author.id &&
    Date.parse(row.created_at) - Date.parse(before.created_at) < GROUP_MS;
}

/** The rows of a timeline; `newAfter` is the last seq that had been read, or null for no line. */
export function buildRows(timeline: Timeline, me: Author, newAfter: number | null): Row[] {
  const rows: Row[] = [];
  let day = "";
  let lineDrawn = newAfter === null;
  const all = [
    ...timeline.messages.map(confirmed),
    ...timeline.outgoing.map((mine) => unconfirmed(mine, me)),
  ];
  for (const row of all) {
    if (dayKey(row.created_at) !== day) {
      day = dayKey(row.created_at);
      rows.push({ kind: "day", key: `day/${row.created_at}`, label: dayName(row.created_at) });
    }
    if (!lineDrawn && (row.message?.seq ?? Infinity) > newAfter! && row.author.id !== me.id) {
      lineDrawn = true;
      rows.push({ kind: "new", key: "new" });
    }
    rows.push({ ...row, opensGroup: !continues(row, rows.at(-1)) });
  }
  for (const note of timeline.notes) rows.push({ kind: "note", key: note.key, note });
  return rows;
}
