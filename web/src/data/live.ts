/**
 * The live door: one WebSocket that resumes where it left off, and tells topics to its listeners.
 *
 * Listeners hear `topic` names with the event's data as detail, `reset` when something may have
 * been missed, `state` when the connection changes, and `lost` when an attempt ended unanswered.
 */

import { backoffDelay } from "./backoff.ts";
import { advance, decodeFrame, type Position, START } from "./live_position.ts";

export type LiveState = "off" | "connecting" | "online" | "waiting";

export interface LiveSocket {
  onopen: ((event: Event) => unknown) | null;
  onmessage: ((event: MessageEvent) => unknown) | null;
  onclose: ((event: CloseEvent) => unknown) | null;
  send(text: string): void;
  close(): void;
}

export interface LiveParts {
  open: (url: URL) => LiveSocket;
  random: () => number;
  setTimer: (run: () => void, ms: number) => number;
  clearTimer: (timer: number | undefined) => void;
}

const BACKOFF = { firstMs: 500, maxMs: 15_000 };
// The server pings every 20 s: two missed pings mean a dead line that TCP has not noticed.
const SILENCE_MS = 45_000;

const browserParts: LiveParts = {
  open: (url) => new WebSocket(url),
  random: Math.random,
  setTimer: (run, ms) => setTimeout(run, ms) as unknown as number,
  clearTimer: (timer) => clearTimeout(timer),
};

export class LiveClient extends EventTarget {
  state: LiveState = "off";
  readonly #url: URL;
  readonly #parts: LiveParts;
  #position: Position = START;
  #socket: LiveSocket | null = null;
  #attempt = 0;
  #retryTimer: number | undefined;
  #silenceTimer: number | undefined;
  #welcome = Promise.withResolvers<void>();

  constructor(base: URL, parts: LiveParts = browserParts) {
    super();
    this.#url = new URL("api/v1/live", base);
    this.#url.protocol = base.protocol === "https:" ? "wss:" : "ws:";
    this.#parts = parts;
  }

  /** Resolves at the first hello, so that what is fetched afterwards cannot miss an event. */
  get welcomed(): Promise<void> {
    return this.#welcome.promise;
  }

  start(): void {
    if (this.state === "off") this.#connect();
  }

  /** Close the line for good and forget the position. */
  stop(): void {
    this.#drop();
    this.#position = START;
    this.#attempt = 0;
    this.#welcome = Promise.withResolvers<void>();
    this.#enter("off");
  }

  /** Try now instead of at the end of the wait: the network or the person came back. */
  hurry(): void {
    if (this.state !== "waiting") return;
    this.#parts.clearTimer(this.#retryTimer);
    this.#attempt = 0;
    this.#connect();
  }

  /** Listen to a topic; the answer is the undo. */
  on<T>(topic: string, hear: (data: T) => void): () => void {
    const listener = (event: Event) => hear((event as CustomEvent<T>).detail);
    this.addEventListener(topic, listener);
    return () => this.removeEventListener(topic, listener);
  }

  #connect(): void {
    this.#enter("connecting");
    const socket = this.#parts.open(this.#url);
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ type: "resume", ...this.#position }));
    socket.onmessage = (event) => this.#receive(socket, String(event.data));
    socket.onclose = () => this.#closed(socket);
    this.#watchSilence();
  }

  #receive(socket: LiveSocket, text: string): void {
    if (socket !== this.#socket) return;
    this.#watchSilence();
    const frame = decodeFrame(text);
    if (!frame) return;
    const step = advance(this.#position, frame);
    this.#position = step.position;
    if (frame.type === "hello") this.#greeted();
    if (step.pong) socket.send(JSON.stringify({ type: "pong" }));
    if (step.stale) this.#tell("reset", {});
    if (step.deliver) this.#tell(step.deliver.topic, step.deliver.data);
  }

  #greeted(): void {
    this.#attempt = 0;
    this.#enter("online");
    this.#welcome.resolve();
  }

  #closed(socket: LiveSocket): void {
    if (socket !== this.#socket) return;
    const unanswered = this.state === "connecting";
    this.#drop();
    const delay = backoffDelay(this.#attempt++, BACKOFF, this.#parts.random);
    this.#retryTimer = this.#parts.setTimer(() => this.#connect(), delay);
    this.#enter("waiting");
    if (unanswered) this.#tell("lost", {});
  }

  #watchSilence(): void {
    this.#parts.clearTimer(this.#silenceTimer);
    const socket = this.#socket;
    this.#silenceTimer = this.#parts.setTimer(() => {
      if (!socket) return;
      socket.close();
      this.#closed(socket);
    }, SILENCE_MS);
  }

  #drop(): void {
    this.#parts.clearTimer(this.#retryTimer);
    this.#parts.clearTimer(this.#silenceTimer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #enter(state: LiveState): void {
    if (state === this.state) return;
    this.state = state;
    this.#tell("state", state);
  }

  #tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
