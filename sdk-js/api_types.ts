/**
 * Shapes of what goes into the hub's methods and comes back from them.
 *
 * @module
 */

/** What JSON can carry, and so what crosses the sandbox's wall. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** How a request is made; what is absent is as with the web's `fetch`. */
export interface FetchInit {
  /** `GET` where absent. */
  method?: string;
  /** `{{secret:NAME}}` in a value is filled in by the hub, for the hosts that it is bound to. */
  headers?: Record<string, string> | Iterable<readonly [string, string]> | Headers;
  /** What is sent. */
  body?: string | Uint8Array | ArrayBuffer | URLSearchParams | null;
  /** `follow` where absent: five redirects at most. */
  redirect?: "follow" | "manual" | "error";
  /** Ends the wait; the hub ends the request with its time. */
  signal?: AbortSignal | null;
}

/** What another machine answered; like the web's `Response`. */
export interface Answer {
  /** The HTTP status. */
  readonly status: number;
  /** Its words, such as `OK`. */
  readonly statusText: string;
  /** Whether the status is 200 to 299. */
  readonly ok: boolean;
  /** Whether another address answered than the one that was asked. */
  readonly redirected: boolean;
  /** Where it came from, after redirects. */
  readonly url: string;
  /** Header lines of the answer. */
  readonly headers: Headers;
  /** Whether the body was read; it is read once. */
  readonly bodyUsed: boolean;
  /** The body in pieces. */
  readonly body: ReadableStream<Uint8Array> | null;
  /** Read the body as text. */
  text(): Promise<string>;
  /** Read the body as JSON. */
  json(): Promise<unknown>;
  /** Read the body as bytes. */
  bytes(): Promise<Uint8Array>;
  /** Read the body as a buffer. */
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** An answer as the gateway gives it. */
export interface Fetched extends Omit<Part, "done"> {
  /** The HTTP status. */
  status: number;
  /** Its words, such as `OK`. */
  statusText: string;
  /** Where it came from, after redirects. */
  url: string;
  /** Whether another address answered than the one that was asked. */
  redirected: boolean;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** For `network.read`, where there is more of the body. */
  handle: string | null;
}

/** A part of a body. */
export interface Part {
  /** Text, or base64 where `base64` says so. */
  body: string;
  /** Whether `body` is base64. */
  base64: boolean;
  /** Whether nothing follows. */
  done: boolean;
}

/** A person, as plugins that manage people see them. */
export interface Member {
  /** Its id. */
  id: string;
  /** By which the person signs in. */
  username: string;
  /** What people are called. */
  displayName: string;
  /** Such as `member` or `admin`. */
  role: string;
  /** Whether the person may sign in. */
  isActive: boolean;
}

/** A setting; the value of a secret is a mask. */
export interface SettingRow {
  /** Such as `hub.name`. */
  key: string;
  /** What it is now. */
  value: Json;
  /** What it is where nobody set it. */
  default: Json;
  /** Such as `str`, `int` or `list`. */
  type: string;
  /** Whether its value is kept from everybody. */
  secret: boolean;
  /** For people, a few words. */
  title: string;
  /** For people, a sentence. */
  doc: string;
  /** `at once`, or `after a restart`. */
  acts: string;
}

/** A charge (above zero) or a refund (below) of the ledger. */
export interface LedgerEntry {
  /** Its id. */
  id: string;
  /** Which of the two. */
  kind: "charge" | "refund";
  /** Whole cents. */
  cents: number;
  /** Three letters, such as `EUR`. */
  currency: string;
  /** Who was charged. */
  userId: string;
  /** The plugin that charged. */
  pluginId: string;
  /** The plugin's own word for it; the same again is the same charge. */
  reference: string;
  /** For people. */
  note: string;
  /** Of a refund: what it gives back. */
  chargeId: string | null;
  /** When (ISO 8601, UTC). */
  createdAt: string;
}

export type { Block } from "./kit.ts";

/** JSON that the plugin wrote itself, so that it knows what it is. */
// deno-lint-ignore no-explicit-any
export type Value = any;

/** The plugin's own settings, as its `settings` in plugin.json declares them. */
export interface Settings {
  /** By name; null where one is not set. Secrets are not among them. */
  values: Record<string, Value>;
  /** Names of the secrets that are set. */
  secrets: string[];
}

/** A value that the plugin keeps. */
export interface StorageEntry {
  /** Under which it is kept. */
  key: string;
  /** What is kept. */
  value: Value;
  /** Number of the write that made it: hand it to `ifVersion`. */
  version: number;
  /** When it ends (ISO 8601, UTC); null where it stays. */
  expiresAt: string | null;
}

/** Some of the values that the plugin keeps, by key. */
export interface StoragePage {
  /** Those of this page. */
  items: StorageEntry[];
  /** Hand it to `after` for the next page; null on the last. */
  next: string | null;
}

/** What a column holds: `time` is a moment as ISO 8601 text, `json` any JSON. */
export type ColumnType = "text" | "integer" | "number" | "boolean" | "time" | "json";

/** A column, where its type alone does not say it. */
export interface ColumnDefinition {
  /** What it holds. */
  type: ColumnType;
  /** Whether a new row may leave it out, and is null then. */
  optional?: boolean;
  /** What a new row has that leaves it out, and what rows get that are there already. */
  default?: Json;
}

/** A table of the plugin's own; each row has an `id` besides. */
export interface TableDefinition {
  /** Its columns, by name. */
  columns: Record<string, ColumnType | ColumnDefinition>;
  /** Lists of columns of which no two rows have the same values. */
  unique?: string[][];
  /** Columns that are often looked up. */
  index?: string[];
}

/** A row: its `id`, and its columns. */
export type TableRow = { id: string } & Record<string, Value>;

/** A column's value, or comparisons that must all hold. */
export type Condition = string | number | boolean | null | {
  eq?: string | number | boolean | null;
  ne?: string | number | boolean | null;
  gt?: string | number;
  ge?: string | number;
  lt?: string | number;
  le?: string | number;
  in?: (string | number | boolean)[];
};

/** Conditions by column, which must all hold; none means every row. */
export type Where = Record<string, Condition>;

/** A value of `$1` and so on in a query. */
export type Param = null | boolean | number | string;

/** One row by its columns: texts, numbers, 0 or 1 for yes or no, times as ISO 8601 in UTC. */
export type Row = { [column: string]: null | number | string };

/** Columns to be written. */
export type Values = { [column: string]: Json };

/** What a file of the plugin's own is. */
export interface FileFacts {
  /** In the plugin's own folder, such as `notes/a.txt`. */
  path: string;
  /** In bytes. */
  size: number;
  /** Last write (ISO 8601, UTC). */
  modifiedAt: string;
}

/** Some of the plugin's own files, by path. */
export interface FilePage {
  /** Those of this page. */
  items: FileFacts[];
  /** Hand it to `after` for the next page; null on the last. */
  next: string | null;
}

/** A file, or a part of it. */
export interface FileContent {
  /** As text, or as base64. */
  content: string;
  /** Of the whole file, in bytes. */
  size: number;
  /** Hand it to `offset` for the rest; null at the end. */
  next: number | null;
}

/** A file that somebody uploaded, or a part of it. */
export interface Upload extends FileContent {
  /** As it was called where it was uploaded. */
  name: string;
  /** Its media type, such as `image/png`. */
  contentType: string;
}
