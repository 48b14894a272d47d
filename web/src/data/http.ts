/** Sends one JSON request to the hub: base path, CSRF header, deadline, typed errors. */

import { refused, unanswered } from "./error.ts";

const DEADLINE_MS = 20_000;

export type Query = Record<string, string | number | null | undefined>;

export interface RequestOptions {
  query?: Query;
  body?: unknown;
  /** How long to wait for the answer, where it may take long. */
  deadlineMs?: number;
}

export class Http {
  csrf: string | null = null;
  /** Called when the hub says that nobody is signed in any more. */
  onSignedOut: () => void = () => {};
  readonly #root: URL;
  readonly #fetch: typeof fetch;

  constructor(base: URL, fetcher: typeof fetch = globalThis.fetch.bind(globalThis)) {
    this.#root = new URL("api/v1/", base);
    this.#fetch = fetcher;
  }

  get<T>(path: string, query?: Query): Promise<T> {
    return this.send<T>("GET", path, { query });
  }

  /** Send a request and give back the decoded answer. Throws ApiError. */
  async send<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    const answer = await this.#exchange(method, path, options);
    const body = await readJson(answer);
    if (answer.ok) return body as T;
    const error = refused(answer.status, body);
    if (error.code === "unauthenticated") this.onSignedOut();
    throw error;
  }

  /** The full address of a path of the hub. */
  address(path: string, query?: Query): URL {
    return address(this.#root, path, query);
  }

  async #exchange(method: string, path: string, options: RequestOptions): Promise<Response> {
    try {
      return await this.#fetch(address(this.#root, path, options.query), {
        method,
        headers: this.#headers(method, options.body),
        body: options.body === undefined ? null : JSON.stringify(options.body),
        credentials: "same-origin",
        cache: "no-store",
        signal: AbortSignal.timeout(options.deadlineMs ?? DEADLINE_MS),
      });
    } catch (cause) {
      throw unanswered(cause);
    }
  }

  #headers(method: string, body: unknown): Headers {
    const headers = new Headers({ accept: "application/json" });
    if (body !== undefined) headers.set("content-type", "application/json");
    if (method !== "GET" && this.csrf) headers.set("x-csrf-token", this.csrf);
    return headers;
  }
}

function address(root: URL, path: string, query: Query = {}): URL {
  const url = new URL(path, root);
  for (const [key, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") {
      url.searchParams.set(key, String(value));
    }
  }
  return url;
}

async function readJson(answer: Response): Promise<unknown> {
  const text = await answer.text();
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
