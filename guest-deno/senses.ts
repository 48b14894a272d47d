/**
 * What a watched plugin perceives of time and chance: noted, told, or played back.
 *
 * The hub watches a plugin for three reasons (`watch` of the `hello` frame): a recording notes
 * every value that the plugin was given, a replay gives it the same values again, and under a test
 * the clock is the one that the hub tells. A plugin that is not watched has the globals as they are.
 *
 * Values belong to the call in which they are drawn, in the order of their source; those of the
 * module's top level go with `ready`. What is drawn outside of both is nobody's, and not noted.
 */

import { NativeMap, ObjectKeys, push, seal, StringOf, Table } from "./primordials.ts";
import { encode } from "./text.ts";

/** Characters of values that one call may have noted; beyond them it says that it is cut. */
const MOST_NOTED = 64 * 1024;
const LOADING = 0;

type Noted = Record<string, unknown[]>;

/** What the hub watches. */
export interface Watch {
  now: number | null;
  seen: Noted | null;
  coverage: boolean;
}

/** What one call was given. */
class Book {
  readonly noted: Noted = Object.create(null);
  readonly #kept: Noted | null;
  readonly #at = new NativeMap<string, number>();
  readonly #last: Record<string, unknown> = Object.create(null);
  #left = MOST_NOTED;

  constructor(kept: Noted | null) {
    this.#kept = kept;
  }

  draw<T>(source: string, real: () => T, after: (last: T | undefined) => T): T {
    const value = this.#kept === null ? real() : this.#next(source, after);
    this.#last[source] = value;
    this.#left -= StringOf(value).length + 1;
    if (this.#left < 0) this.noted.cut = [true];
    else push(this.noted[source] ??= [], value);
    return value;
  }

  #next<T>(source: string, after: (last: T | undefined) => T): T {
    const kept = this.#kept?.[source] ?? [];
    const used = (this.noted[source] ?? []).length;
    return used < kept.length ? kept[used] as T : after(this.#last[source] as T | undefined);
  }
}

/** The senses of one plugin. */
export class Senses {
  readonly #books = new Table<number, Book>();
  readonly #call: () => number;
  readonly #plays: boolean;
  readonly #told: boolean;
  readonly #first: number;
  #now: number;

  constructor(watch: Watch, call: () => number) {
    this.#call = call;
    this.#plays = watch.seen !== null;
    this.#told = watch.now !== null && watch.seen === null;
    this.#first = this.#now = watch.now ?? 0;
    this.begin(LOADING, watch.seen);
  }

  /** Take the moment that the hub tells. */
  hear(now: number | undefined): void {
    if (now !== undefined) this.#now = now;
  }

  /** Open the book of a call. */
  begin(id: number, seen: Noted | null | undefined): void {
    this.#books.set(id, new Book(this.#plays ? seen ?? {} : null));
  }

  /** Close it, and answer what goes with the answer. */
  end(id: number): string {
    const book = this.#books.get(id);
    this.#books.delete(id);
    if (book === undefined || ObjectKeys(book.noted).length === 0) return "";
    return `,"seen":${encode(book.noted)}`;
  }

  /** The time of day, in whole milliseconds. */
  wall(real: () => number): number {
    if (this.#told) return Math.trunc(this.#now);
    return this.draw<number>("wall", real, (last) => (last ?? Math.trunc(this.#now) - 1) + 1);
  }

  /** The monotonic clock, in milliseconds. */
  steady(real: () => number): number {
    if (this.#told) return this.#now - this.#first;
    return this.draw<number>("steady", real, (last) => (last ?? 0) + 1);
  }

  draw<T>(source: string, real: () => T, after: (last: T | undefined) => T): T {
    const book = this.#books.get(this.#call());
    return book === undefined ? real() : book.draw(source, real, after);
  }
}

seal(Book);
seal(Senses);
