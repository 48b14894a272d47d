/**
 * Looks, while the page is seen, whether something new fits.
 *
 * What is new is counted, never put under a reader's pointer: the reader asks for it.
 */

import type { ReactiveController, ReactiveControllerHost } from "lit";

const PAUSE_MS = 2000;

export class Fresh implements ReactiveController {
  count = 0;
  /** Whether there are more than were counted. */
  more = false;
  readonly #host: ReactiveControllerHost;
  readonly #look: () => Promise<{ count: number; more: boolean } | null>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOn = false;

  constructor(
    host: ReactiveControllerHost,
    look: () => Promise<{ count: number; more: boolean } | null>,
  ) {
    this.#host = host;
    this.#look = look;
    host.addController(this);
  }

  hostConnected(): void {
    this.#isOn = true;
    document.addEventListener("visibilitychange", this.#again);
    this.#again();
  }

  hostDisconnected(): void {
    this.#isOn = false;
    document.removeEventListener("visibilitychange", this.#again);
    clearTimeout(this.#timer);
  }

  /** Forget what was counted: it is shown now. */
  clear(): void {
    this.count = 0;
    this.more = false;
    this.#again();
  }

  #again = (): void => {
    clearTimeout(this.#timer);
    if (!this.#isOn || document.hidden) return;
    this.#timer = setTimeout(() => void this.#ask(), PAUSE_MS);
  };

  async #ask(): Promise<void> {
    try {
      const found = await this.#look();
      if (found && (found.count !== this.count || found.more !== this.more)) {
        this.count = found.count;
        this.more = found.more;
        this.#host.requestUpdate();
      }
    } catch {
      // The page says itself when the hub is away; the next look may succeed.
    }
    this.#again();
  }
}
