/**
 * The built-ins that the channel relies on, taken before a plugin's first byte runs.
 *
 * A plugin may put its own functions on every prototype. Nothing here looks a method up on an
 * object later, so what it changes reaches its own code only.
 */

// deno-lint-ignore no-explicit-any
type Method = (this: any, ...args: any[]) => any;
type Uncurried<F extends Method> = (
  self: ThisParameterType<F>,
  ...args: Parameters<F>
) => ReturnType<F>;

const { bind, call } = Function.prototype;
/** Turn a method into a function that takes `this` first. */
export const uncurry = bind.bind(call) as unknown as <F extends Method>(method: F) => Uncurried<F>;

export const JsonParse: (text: string) => unknown = JSON.parse;
export const JsonStringify: (value: unknown) => string | undefined = JSON.stringify;
export const ReflectApply = Reflect.apply;
export const ObjectFreeze = Object.freeze;
export const ObjectKeys = Object.keys;
export const ObjectHasOwn = Object.hasOwn;
export const ObjectCreate = Object.create;
export const ObjectAssign = Object.assign;
export const ObjectDefineProperty = Object.defineProperty;
export const ArrayIsArray = Array.isArray;
export const MathMin = Math.min;
export const MathMax = Math.max;
export const NumberIsSafeInteger = Number.isSafeInteger;
export const StringOf = String;
export const now: () => number = Date.now;
export const NativePromise = Promise;
export const NativeMap = Map;
export const NativeBytes = Uint8Array;
export const NativeError = Error;

export const then = uncurry(Promise.prototype.then) as <T>(
  promise: Promise<T>,
  done: (value: T) => unknown,
  failed?: (error: unknown) => unknown,
) => Promise<unknown>;

const mapGet = uncurry(Map.prototype.get);
const mapSet = uncurry(Map.prototype.set);
const mapDelete = uncurry(Map.prototype.delete);
const mapSize = uncurry(Object.getOwnPropertyDescriptor(Map.prototype, "size")!.get!);

/** A map whose methods a plugin cannot replace. */
export class Table<K, V> {
  readonly #map = new NativeMap<K, V>();
  get size(): number {
    return mapSize(this.#map);
  }
  get(key: K): V | undefined {
    return mapGet(this.#map, key);
  }
  set(key: K, value: V): void {
    mapSet(this.#map, key, value);
  }
  delete(key: K): boolean {
    return mapDelete(this.#map, key);
  }
}

/** Fix a class: a plugin can import its module by its address, and would replace its methods. */
export function seal(Class: { prototype: object }): void {
  ObjectFreeze(Class.prototype);
  ObjectFreeze(Class);
}
seal(Table);

export const charCodeAt = uncurry(String.prototype.charCodeAt);
export const indexOf = uncurry(String.prototype.indexOf);
export const slice = uncurry(String.prototype.slice);
export const isWellFormed = uncurry(String.prototype.isWellFormed);
export const toWellFormed = uncurry(String.prototype.toWellFormed);
export const push = uncurry(Array.prototype.push);
export const join = uncurry(Array.prototype.join);

export const subarray = uncurry(Uint8Array.prototype.subarray);
export const setBytes = uncurry(Uint8Array.prototype.set);
export const copyWithin = uncurry(Uint8Array.prototype.copyWithin);

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });
const encodeIntoOf = uncurry(TextEncoder.prototype.encodeInto);
const decodeOf = uncurry(TextDecoder.prototype.decode);
/** Encode text as UTF-8 into `target`, as much of it as there is room for. */
export const encodeInto = (text: string, target: Uint8Array): TextEncoderEncodeIntoResult =>
  encodeIntoOf(encoder, text, target);
/** Decode UTF-8; throws on bytes that are none. */
export const decode = (bytes: Uint8Array): string => decodeOf(decoder, bytes);
const lossy = new TextDecoder("utf-8", { ignoreBOM: true });
const encodeOf = uncurry(TextEncoder.prototype.encode);
/** Decode UTF-8; what is none is replaced. */
export const decodeLossy = (bytes: Uint8Array): string => decodeOf(lossy, bytes);
/** Encode text as UTF-8. */
export const encodeText = (text: string): Uint8Array => encodeOf(encoder, text);
