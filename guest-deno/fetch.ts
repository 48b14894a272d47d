/**
 * `fetch`, as the web spells it, made of the gateway's `network.fetch`.
 *
 * Nothing is decided here: the hub reads the address by itself, judges it, and connects.
 */

import {
  decodeLossy,
  encodeText,
  JsonParse,
  NativeBytes,
  NativePromise,
  ObjectCreate,
  seal,
  setBytes,
  slice,
  StringOf,
  subarray,
  then,
} from "./primordials.ts";

/** Sends one request to the gateway. */
type Send = (method: string, params: object) => Promise<unknown>;

export interface FetchInit {
  method?: string;
  headers?: HeadersInit;
  body?: unknown;
  redirect?: string;
  signal?: AbortSignal | null;
}

interface Part {
  body: string;
  base64: boolean;
  done?: boolean;
}

interface Fetched extends Part {
  status: number;
  statusText: string;
  url: string;
  redirected: boolean;
  headers: Record<string, string>;
  handle: string | null;
}

const { fromBase64 } = takeBase64();
const NativeHeaders = Headers;
const NativeStream = ReadableStream;

const OK = 200;
const NOT_OK = 300;

/** Bytes to base64 and back, taken before a plugin could put others there. */
function takeBase64(): { fromBase64: (text: string) => Uint8Array } {
  const { atob } = globalThis;
  return {
    fromBase64: (text) => {
      const raw = atob(text);
      const bytes = new NativeBytes(raw.length);
      for (let at = 0; at < raw.length; at++) bytes[at] = raw.charCodeAt(at);
      return bytes;
    },
  };
}

const { btoa, URLSearchParams: NativeParams, String: { fromCharCode } } = globalThis;

function toBase64(bytes: Uint8Array): string {
  let raw = "";
  const step = 8192;
  for (let at = 0; at < bytes.length; at += step) {
    raw += fromCharCode(...subarray(bytes, at, at + step));
  }
  return btoa(raw);
}

/**
 * Fetch, through one way to the gateway.
 *
 * @throws {PermissionDenied} The request may not go out.
 * @throws {PlexiHubError} It cannot be sent, or nobody answers.
 */
export function fetchWith(send: Send, url: unknown, init: FetchInit = {}): Promise<Answer> {
  const { signal } = init;
  return new NativePromise<Answer>((resolve, reject) => {
    signal?.throwIfAborted();
    const given = params(url, init);
    const abort = () => reject(signal!.reason);
    signal?.addEventListener("abort", abort, { once: true });
    const done = (value: unknown) => {
      const fetched = value as Fetched;
      // Nobody reads the rest of an answer that came too late.
      if (signal?.aborted && fetched.handle !== null) void giveUp(send, fetched.handle);
      resolve(new Answer(fetched, send, signal ?? null));
    };
    then(send("network.fetch", given), done, reject);
  });
}

function giveUp(send: Send, handle: string): Promise<unknown> {
  return then(send("network.close", { handle }), () => {}, () => {});
}

function params(url: unknown, init: FetchInit): object {
  const given = ObjectCreate(null);
  const headers = new NativeHeaders(init.headers);
  given.url = StringOf(url);
  if (init.method !== undefined) given.method = StringOf(init.method);
  if (init.redirect !== undefined) given.redirect = StringOf(init.redirect);
  if (init.body !== undefined && init.body !== null) content(given, init.body, headers);
  given.headers = ObjectCreate(null);
  headers.forEach((value, name) => given.headers[name] = value);
  return given;
}

function content(given: Record<string, unknown>, body: unknown, headers: Headers): void {
  const isForm = body instanceof NativeParams;
  if (typeof body === "string" || isForm) {
    given.body = StringOf(body);
    const kind = isForm ? "application/x-www-form-urlencoded" : "text/plain";
    if (!headers.has("content-type")) headers.set("content-type", `${kind};charset=UTF-8`);
    return;
  }
  const bytes = body instanceof ArrayBuffer
    ? new NativeBytes(body)
    : ArrayBuffer.isView(body)
    ? new NativeBytes(body.buffer as ArrayBuffer, body.byteOffset, body.byteLength)
    : undefined;
  if (bytes === undefined) throw new TypeError("A body is text, bytes or URLSearchParams.");
  given.body = toBase64(bytes);
  given.base64 = true;
}

function bytesOf(part: Part): Uint8Array {
  return part.base64 ? fromBase64(part.body) : encodeText(part.body);
}

/** What another machine answered; as the web's `Response`. */
export class Answer {
  readonly status: number;
  readonly statusText: string;
  readonly ok: boolean;
  readonly redirected: boolean;
  readonly url: string;
  readonly headers: Headers;
  readonly type = "basic";
  #first: Part | undefined;
  #handle: string | null;
  #stream: ReadableStream<Uint8Array> | null = null;
  #used = false;
  readonly #send: Send;
  readonly #signal: AbortSignal | null;

  constructor(fetched: Fetched, send: Send, signal: AbortSignal | null) {
    this.status = fetched.status;
    this.statusText = fetched.statusText;
    this.ok = fetched.status >= OK && fetched.status < NOT_OK;
    this.redirected = fetched.redirected;
    this.url = fetched.url;
    this.headers = new NativeHeaders(fetched.headers);
    this.#first = fetched;
    this.#handle = fetched.handle;
    this.#send = send;
    this.#signal = signal;
  }

  get bodyUsed(): boolean {
    return this.#used || (this.#stream?.locked ?? false);
  }

  get body(): ReadableStream<Uint8Array> {
    return this.#stream ??= new NativeStream<Uint8Array>({
      pull: async (controller) => {
        const part = await this.#next();
        if (part !== undefined) controller.enqueue(part);
        else controller.close();
      },
      cancel: () => this.#drop(),
    }, { highWaterMark: 0 });
  }

  #drop(): void {
    const handle = this.#handle;
    this.#handle = null;
    this.#first = undefined;
    if (handle !== null) void giveUp(this.#send, handle);
  }

  /** The next bytes; undefined at the end. */
  async #next(): Promise<Uint8Array | undefined> {
    if (this.#signal?.aborted) {
      this.#drop();
      throw this.#signal.reason;
    }
    this.#used = true;
    let part = this.#first;
    this.#first = undefined;
    while (part === undefined || part.body === "") {
      if (this.#handle === null) return undefined;
      const next = await this.#send("network.read", { handle: this.#handle }) as Part;
      if (next.done) this.#handle = null;
      part = next;
    }
    return bytesOf(part);
  }

  async bytes(): Promise<Uint8Array> {
    if (this.bodyUsed) throw new TypeError("The body was read already.");
    this.#used = true;
    let whole = new NativeBytes(0);
    for (let part = await this.#next(); part !== undefined; part = await this.#next()) {
      const longer = new NativeBytes(whole.length + part.length);
      setBytes(longer, whole);
      setBytes(longer, part, whole.length);
      whole = longer;
    }
    return whole;
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.bytes()).buffer as ArrayBuffer;
  }

  async text(): Promise<string> {
    const text = decodeLossy(await this.bytes());
    return text.length > 0 && text[0] === "\ufeff" ? slice(text, 1) : text;
  }

  async json(): Promise<unknown> {
    return JsonParse(await this.text());
  }
}

seal(Answer);
