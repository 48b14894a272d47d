/** What a plugin is handed: `plugin`, with the hub's methods under `plugin.api`. */

import { METHODS, type Row } from "./api_table.ts";
import { type FetchInit, fetchWith } from "./fetch.ts";
import {
  ObjectCreate,
  ObjectDefineProperty,
  ObjectFreeze,
  ObjectKeys,
  seal,
} from "./primordials.ts";

/** Sends one gateway request made within a call (0: within none) and answers its result. */
export type Ask = (call: number, method: string, params: object) => Promise<unknown>;

/** What is known of the call in which plugin code runs. */
export interface Call {
  readonly id: number;
  readonly user: string | null;
  readonly trace: string;
  readonly cancel: AbortController;
}

/** Who asks, and within which call: what every part of `plugin.api` holds. */
class Asking {
  readonly #ask: Ask;
  readonly #call: () => number;

  constructor(ask: Ask, call: () => number) {
    this.#ask = ask;
    this.#call = call;
    ObjectFreeze(this);
  }

  static send(self: Asking, method: string, params: object): Promise<unknown> {
    return self.#ask(self.#call(), method, params);
  }

  /** Make a part of it for the same call. */
  static part(self: Asking, Part: typeof Asking): Asking {
    return new Part(self.#ask, self.#call);
  }
}

const { send, part } = Asking;

/** The hub's methods, within one call or within whichever call runs. */
export class Api extends Asking {
  call(method: string, params: object = {}): Promise<unknown> {
    return send(this, method, params);
  }
}

/** Name what was given by place, and add the fields of an object that follows. */
function named(names: readonly string[], given: unknown[], options: boolean): object {
  const params = ObjectCreate(null) as Record<string, unknown>;
  for (let index = 0; index < names.length; index++) {
    if (given[index] !== undefined) params[names[index]!] = given[index];
  }
  const more = options ? given[names.length] : undefined;
  if (typeof more === "object" && more !== null) {
    const keys = ObjectKeys(more);
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index]!;
      const value = (more as Record<string, unknown>)[key];
      if (value !== undefined) params[key] = value;
    }
  }
  return params;
}

function offer(Part: typeof Asking, name: string, [, method, names, options]: Row): void {
  const value = function (this: Asking, ...given: unknown[]) {
    return send(this, method, named(names, given, options));
  };
  ObjectDefineProperty(Part.prototype, name, { value });
}

function makeApi(): void {
  const parts = new Map<string, typeof Asking>();
  const partOf = (space: string): typeof Asking => {
    if (space === "") return Api;
    const there = parts.get(space);
    if (there !== undefined) return there;
    const Part = class extends Asking {};
    parts.set(space, Part);
    const dot = space.lastIndexOf(".");
    const get = function (this: Asking) {
      return part(this, Part);
    };
    const Outer = partOf(space.slice(0, Math.max(dot, 0)));
    ObjectDefineProperty(Outer.prototype, space.slice(dot + 1), { get });
    return Part;
  };
  for (const row of METHODS) {
    if (row[0] === "fetch") continue; // below
    const dot = row[0].lastIndexOf(".");
    offer(partOf(row[0].slice(0, Math.max(dot, 0))), row[0].slice(dot + 1), row);
  }
  for (const Part of parts.values()) seal(Part);
  const value = function (this: Asking, url: unknown, init?: FetchInit) {
    return fetchWith((method, params) => send(this, method, params), url, init);
  };
  ObjectDefineProperty(Api.prototype, "fetch", { value });
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

makeApi();
seal(Asking);
seal(Api);
seal(Plugin);
