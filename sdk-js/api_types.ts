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
  readonly status: number;
  readonly statusText: string;
  /** Whether the status is 200 to 299. */
  readonly ok: boolean;
  readonly redirected: boolean;
  /** Where it came from, after redirects. */
  readonly url: string;
  readonly headers: Headers;
  readonly bodyUsed: boolean;
  /** The body in pieces. */
  readonly body: ReadableStream<Uint8Array> | null;
  text(): Promise<string>;
  json(): Promise<unknown>;
  bytes(): Promise<Uint8Array>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** An answer as the gateway gives it. */
export interface Fetched extends Omit<Part, "done"> {
  status: number;
  statusText: string;
  url: string;
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
  base64: boolean;
  done: boolean;
}
