/**
 * One thing fetched from the hub and shown by one component.
 *
 * Rules: while a fetch runs, what was shown stays; a burst of reloads becomes at most one more
 * fetch; an answer to an outdated question is thrown away.
 */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import { type ApiError, asApiError } from "../data/error.ts";

export class Resource<T> implements ReactiveController {
  value: T | null = null;
  error: ApiError | null = null;
  loading = false;
  readonly #host: ReactiveControllerHost;
  readonly #fetch: () => Promise<T>;
  #generation = 0;
  #again = false;

  constructor(host: ReactiveControllerHost, fetch: () => Promise<T>) {
    this.#host = host;
    this.#fetch = fetch;
    host.addController(this);
  }

  hostConnected(): void {}

  hostDisconnected(): void {
    this.#generation += 1;
    this.loading = false;
  }

  /** Ask anew, forgetting what was shown. */
  restart(): Promise<void> {
    this.#generation += 1;
    this.value = null;
    this.loading = false;
    return this.reload();
  }

  /** Ask again, keeping what is shown until the answer is there. */
  async reload(): Promise<void> {
    if (this.loading) {
      this.#again = true;
      return;
    }
    const generation = ++this.#generation;
    this.loading = true;
    this.#host.requestUpdate();
    await this.#take(generation);
    if (generation !== this.#generation) return;
    this.loading = false;
    this.#host.requestUpdate();
    if (!this.#again) return;
    this.#again = false;
    await this.reload();
  }

  /** Put a value that is known already, such as the answer to a change. */
  put(value: T): void {
    this.value = value;
    this.error = null;
    this.#host.requestUpdate();
  }

  async #take(generation: number): Promise<void> {
    try {
      const value = await this.#fetch();
      if (generation !== this.#generation) return;
      this.value = value;
      this.error = null;
    } catch (thrown) {
      if (generation === this.#generation) this.error = asApiError(thrown);
    }
  }
}
