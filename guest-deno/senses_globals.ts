/** The globals through which a watched plugin perceives: Date, performance, Math, crypto, Temporal. */

import type { Senses } from "./senses.ts";

/** Replace them; called before the plugin's first byte runs, and after the guest took its own. */
export function watchGlobals(senses: Senses): void {
  const wall = watchClocks(senses);
  watchTemporal(wall);
  watchChance(senses);
}

function watchClocks(senses: Senses): () => number {
  const RealDate = Date;
  const realNow = Date.now;
  const wall = () => senses.wall(realNow);
  RealDate.now = wall;
  const Watched: DateConstructor = new Proxy(RealDate, {
    construct(target, given, made): Date {
      const rest = given.length === 0 ? [wall()] : given;
      return Reflect.construct(target, rest, made === Watched ? target : made);
    },
    apply: () => new RealDate(wall()).toString(),
  });
  // Otherwise the real one would be at hand in every date.
  Object.defineProperty(RealDate.prototype, "constructor", { value: Watched });
  Object.defineProperty(globalThis, "Date", { value: Watched, writable: true, configurable: true });
  const steady = performance.now.bind(performance);
  Object.defineProperty(Performance.prototype, "now", { value: () => senses.steady(steady) });
  Object.defineProperty(performance, "now", { value: () => senses.steady(steady) });
  watchFormat(wall);
  return wall;
}

/** `new Intl.DateTimeFormat().format()` reads the clock where it is handed nothing. */
function watchFormat(wall: () => number): void {
  const { prototype } = Intl.DateTimeFormat;
  const get = Object.getOwnPropertyDescriptor(prototype, "format")!.get!;
  Object.defineProperty(prototype, "format", {
    configurable: true,
    get(this: Intl.DateTimeFormat) {
      const format = get.call(this) as (date: number | Date) => string;
      return (date?: number | Date) => format(date === undefined ? wall() : date);
    },
  });
  const parts = prototype.formatToParts;
  Object.defineProperty(prototype, "formatToParts", {
    configurable: true,
    value(this: Intl.DateTimeFormat, date?: number | Date) {
      return parts.call(this, date === undefined ? wall() : date);
    },
  });
}

function watchTemporal(wall: () => number): void {
  if (typeof Temporal === "undefined") return;
  const { Instant, Now } = Temporal;
  const instant = () => Instant.fromEpochMilliseconds(wall());
  const zoned = (zone?: string) => instant().toZonedDateTimeISO(zone ?? Now.timeZoneId());
  const watched = {
    instant,
    zonedDateTimeISO: zoned,
    plainDateTimeISO: (zone?: string) => zoned(zone).toPlainDateTime(),
    plainDateISO: (zone?: string) => zoned(zone).toPlainDate(),
    plainTimeISO: (zone?: string) => zoned(zone).toPlainTime(),
  };
  for (const [name, value] of Object.entries(watched)) {
    Object.defineProperty(Now, name, { value, writable: true, configurable: true });
  }
}

function watchChance(senses: Senses): void {
  const { random } = Math;
  Math.random = () => senses.draw("random", random, () => 0.5);
  const { prototype } = Crypto;
  const uuid = crypto.randomUUID.bind(crypto);
  const nothing = "00000000-0000-4000-8000-000000000000" as const;
  const randomUUID = () => senses.draw<string>("uuid", uuid, () => nothing);
  const fill = crypto.getRandomValues.bind(crypto);
  const getRandomValues = (target: ArrayBufferView): ArrayBufferView =>
    fillFrom(senses, fill as (bytes: Uint8Array) => Uint8Array, target);
  for (const place of [prototype, crypto]) {
    Object.defineProperty(place, "randomUUID", { value: randomUUID });
    Object.defineProperty(place, "getRandomValues", { value: getRandomValues });
  }
}

type Fill = (bytes: Uint8Array) => Uint8Array;

function fillFrom(senses: Senses, fill: Fill, target: ArrayBufferView): ArrayBufferView {
  // What it refuses, a float's array or too many bytes, it refuses here as well.
  fill(target as Uint8Array);
  const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
  const text = senses.draw(
    "bytes",
    () => bytes.toBase64(),
    () => new Uint8Array(bytes.length).toBase64(),
  );
  const drawn = Uint8Array.fromBase64(text).subarray(0, bytes.length);
  bytes.fill(0);
  bytes.set(drawn);
  return target;
}
