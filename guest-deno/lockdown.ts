/**
 * Takes away everything a plugin has no business with, before its first byte runs.
 *
 * A list of what stays, so that what a later Deno adds is gone too. Deno runs without a
 * permission in any case; this is the wall before that wall, and it keeps the plugin's hands off
 * the pipe.
 */

/** Globals that a plugin keeps besides those of the ECMAScript language. */
const KEPT = [
  ...["AbortController", "AbortSignal", "Blob", "ByteLengthQueuingStrategy", "CompressionStream"],
  ...["CountQueuingStrategy", "Crypto", "CryptoKey", "CustomEvent", "DOMException", "ErrorEvent"],
  ...["DecompressionStream", "Event", "EventTarget", "File", "FormData", "Headers", "Performance"],
  ...[
    "ProgressEvent",
    "PromiseRejectionEvent",
    "QuotaExceededError",
    "ReadableByteStreamController",
  ],
  ...["ReadableStream", "ReadableStreamBYOBReader", "ReadableStreamBYOBRequest", "SubtleCrypto"],
  ...["ReadableStreamDefaultController", "ReadableStreamDefaultReader", "TextDecoder"],
  ...["TextDecoderStream", "TextEncoder", "TextEncoderStream", "TransformStream"],
  ...["TransformStreamDefaultController", "URL", "URLPattern", "URLSearchParams", "WebAssembly"],
  ...["WritableStream", "WritableStreamDefaultController", "WritableStreamDefaultWriter"],
  ...["atob", "btoa", "clearInterval", "clearTimeout", "console", "crypto", "performance"],
  ...["queueMicrotask", "setInterval", "setTimeout", "structuredClone", "self"],
];

/** Globals of the language itself. */
const LANGUAGE = [
  ...["Object", "Function", "Array", "Number", "parseFloat", "parseInt", "Infinity", "NaN"],
  ...["undefined", "Boolean", "String", "Symbol", "Date", "Promise", "RegExp", "Error"],
  ...["AggregateError", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError"],
  ...["URIError", "globalThis", "JSON", "Math", "Intl", "ArrayBuffer", "Atomics", "Uint8Array"],
  ...["Int8Array", "Uint16Array", "Int16Array", "Uint32Array", "Int32Array", "BigUint64Array"],
  ...["BigInt64Array", "Uint8ClampedArray", "Float16Array", "Float32Array", "Float64Array"],
  ...["DataView", "Map", "BigInt", "Set", "Iterator", "WeakMap", "WeakSet", "Proxy", "Reflect"],
  ...["FinalizationRegistry", "WeakRef", "decodeURI", "decodeURIComponent", "encodeURI"],
  ...["encodeURIComponent", "escape", "unescape", "eval", "isFinite", "isNaN", "Temporal"],
  ...["SuppressedError", "DisposableStack", "AsyncDisposableStack", "AsyncIterator"],
];

/** What plugin code sees instead: names and values that become fixed globals. */
export type Given = Readonly<Record<string, unknown>>;

/**
 * Strip `scope` of every global that is not listed, and add what is `given`.
 *
 * @throws {Error} A global could be neither removed nor emptied: this Deno cannot be used.
 */
export function lockdown(scope: object, given: Given): void {
  const kept = new Set<string>([...KEPT, ...LANGUAGE]);
  // Symbols and the prototype (Window, an EventTarget) stay: Deno dispatches its own events there.
  for (const key of Object.getOwnPropertyNames(scope)) {
    if (!kept.has(key) && !remove(scope, key)) {
      throw new Error(`the global ${key} cannot be removed`);
    }
  }
  for (const [name, value] of Object.entries(given)) {
    Object.defineProperty(scope, name, { value, writable: false, configurable: false });
  }
  fixWhatDenoUses();
}

function remove(scope: object, key: string): boolean {
  if (Reflect.deleteProperty(scope, key)) return true;
  return Reflect.defineProperty(scope, key, { value: undefined, writable: false }) &&
    Reflect.get(scope, key) === undefined;
}

/** What `await` and Deno's own operations look up at every use: nobody may put others there. */
function fixWhatDenoUses(): void {
  Object.freeze(Promise.prototype);
  Object.freeze(Promise);
  for (const name of ["call", "apply", "bind"]) {
    Object.defineProperty(Function.prototype, name, { writable: false, configurable: false });
  }
}
