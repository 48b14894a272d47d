/** What a plugin is handed: `plugin`, with the hub's methods under `plugin.api`. */

import { ObjectFreeze, seal } from "./primordials.ts";

/** Sends one gateway request made within a call (0: within none) and answers its result. */
export type Ask = (call: number, method: string, params: object) => Promise<unknown>;

/** What is known of the call in which plugin code runs. */
export interface Call {
  readonly id: number;
  readonly user: string | null;
  readonly trace: string;
  readonly cancel: AbortController;
}

/** The hub's methods, within one call or within whichever call runs. */
export class Api {
  readonly #ask: Ask;
  readonly #call: () => number;

  constructor(ask: Ask, call: () => number) {
    this.#ask = ask;
    this.#call = call;
    ObjectFreeze(this);
  }

  query(sql: string, params: unknown[] = []): Promise<unknown> {
    return this.#ask(this.#call(), "data.query", { sql, params });
  }

  renderWidget(widget: object): Promise<unknown> {
    return this.#ask(this.#call(), "ui.render_widget", widget);
  }

  emit(name: string, data: unknown = {}): Promise<unknown> {
    return this.#ask(this.#call(), "events.emit", { name, data });
  }

  call(method: string, params: object = {}): Promise<unknown> {
    return this.#ask(this.#call(), method, params);
  }
}

/** `plugin`, as a hook's second argument and as the global of the same name. */
export class Plugin {
  readonly id: string;
  readonly api: Api;
  readonly #call: () => Call | undefined;

  constructor(id: string, api: Api, call: () => Call | undefined) {
    this.id = id;
    this.api = api;
    this.#call = call;
    ObjectFreeze(this);
  }

  get userId(): string | null {
    return this.#call()?.user ?? null;
  }

  get traceId(): string | null {
    return this.#call()?.trace ?? null;
  }

  get signal(): AbortSignal | null {
    return this.#call()?.cancel.signal ?? null;
  }
}

seal(Api);
seal(Plugin);
