/**
 * Sends messages one after the other, and tries again what did not get through.
 *
 * Requests side by side could overtake each other on their way. What the hub refuses is not tried
 * again by itself; what it did not answer is, for as long as the page is open: the id that was made
 * here makes a message that arrived twice stand once.
 */

import { backoffDelay } from "../../data/backoff.ts";
import { ApiError, errorText } from "../../data/error.ts";
import type { Outgoing } from "./timeline.ts";

const PASSING = new Set([408, 429, 502, 503, 504]);

/** Whether trying the same again may work. */
export function isPassing(thrown: unknown): boolean {
  if (!(thrown instanceof ApiError)) return false;
  if (thrown.code === "unreachable" || thrown.code === "timeout") return true;
  return PASSING.has(thrown.status);
}

const LIMITS = { firstMs: 1000, maxMs: 30_000 };
const retryDelay = (attempt: number) => backoffDelay(attempt, LIMITS, Math.random);

type Mark = Pick<Outgoing, "status" | "problem">;

export class Outbox {
  #sending: Promise<void> = Promise.resolve();
  #hurry: () => void = () => {};
  #closed = false;
  readonly #delay: (attempt: number) => number;

  constructor(
    private readonly post: (mine: Outgoing) => Promise<void>,
    private readonly find: (clientId: string) => Outgoing | undefined,
    private readonly mark: (clientId: string, mark: Mark) => void,
    delay: (attempt: number) => number = retryDelay,
  ) {
    this.#delay = delay;
  }

  /** Send what `find` answers for an id, after everything before it. */
  send(clientId: string): Promise<void> {
    return this.#sending = this.#sending.then(() => this.#deliver(clientId));
  }

  /** Try now what waits for its next turn. */
  hurry(): void {
    this.#hurry();
  }

  close(): void {
    this.#closed = true;
    this.#hurry();
  }

  async #deliver(clientId: string): Promise<void> {
    for (let attempt = 0; !this.#closed; attempt++) {
      const mine = this.find(clientId);
      if (!mine) return;
      try {
        return await this.post(mine);
      } catch (thrown) {
        const passing = isPassing(thrown);
        const status = passing ? "waiting" : "failed";
        this.mark(clientId, { status, problem: errorText(thrown) });
        if (!passing) return;
      }
      await this.#pause(attempt);
    }
  }

  #pause(attempt: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#delay(attempt));
      this.#hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
