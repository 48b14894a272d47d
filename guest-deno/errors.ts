/** The errors a plugin can catch, and how an error travels in a frame. */

import {
  ArrayIsArray,
  NativeError,
  ObjectAssign,
  ObjectCreate,
  ObjectDefineProperty,
  slice,
  StringOf,
  toWellFormed,
} from "./primordials.ts";

/** An error as it stands in a frame. */
export interface WireError {
  code: string;
  message: string;
  data: Record<string, unknown>;
}

/** What the hub says when it does not do what was asked. */
export class PlexiHubError extends Error {
  /** Stable name of what went wrong, such as `not_found`. */
  readonly code: string;
  /** The field or place; empty where the message says it. */
  readonly where: string;
  /** What to do next; empty where nothing can be done. */
  readonly next: string;

  constructor(message: string, code = "error", where = "", next = "") {
    super(message);
    this.code = code;
    this.where = where;
    this.next = next;
  }
}

/** The plugin was not granted what the call needs. */
export class PermissionDenied extends PlexiHubError {
  /** The permission that is missing, such as `data:read`. */
  readonly permission: string;

  constructor(permission: string, message = "", where = "", next = "") {
    super(
      message || `The permission '${permission}' is needed and was not granted.`,
      "permission_denied",
      where,
      next,
    );
    this.permission = permission;
  }
}

/** Throw it in a hook to refuse the operation, with a reason for the person who asked. */
export class Veto extends PlexiHubError {
  /** Why, one sentence. */
  readonly reason: string;

  constructor(reason: string) {
    super(reason, "vetoed");
    this.reason = reason;
  }
}

/** The input of a call does not have the form that the plugin demands: its code does not run. */
export class InputRefused extends PlexiHubError {
  constructor(message: string) {
    super(message, "input_refused");
  }
}

const CLASSES = [PlexiHubError, PermissionDenied, Veto, InputRefused];
for (let index = 0; index < CLASSES.length; index++) {
  const Class = CLASSES[index]!;
  ObjectDefineProperty(Class.prototype, "name", { value: Class.name });
}

const text = (value: unknown): string => typeof value === "string" ? value : "";

/** Make the error that a frame describes. */
export function fromWire(error: WireError): PlexiHubError {
  const data = error.data;
  if (error.code === "permission_denied") {
    return new PermissionDenied(
      text(data.permission),
      error.message,
      text(data.where),
      text(data.next),
    );
  }
  return new PlexiHubError(error.message, error.code, text(data.where), text(data.next));
}

const MAX_TEXT = 4000;

/** Describe what plugin code threw, whatever it is; never throws itself. */
export function toWire(thrown: unknown): WireError {
  try {
    if (thrown instanceof Veto) {
      return wire("vetoed", short(text(thrown.reason)));
    }
    if (thrown instanceof InputRefused) return wire("input_refused", short(text(thrown.message)));
    return wire("plugin_raised", short(describe(thrown)), facts(thrown));
  } catch {
    return wire("plugin_raised", "It threw something that cannot be shown.");
  }
}

/** Without a prototype: no `toJSON` of a plugin's own gets in between. */
function wire(code: string, message: string, data: Record<string, unknown> = {}): WireError {
  return ObjectAssign(ObjectCreate(null), {
    code,
    message: toWellFormed(message),
    data: ObjectAssign(ObjectCreate(null), data),
  });
}

function short(message: string): string {
  return message.length > MAX_TEXT ? slice(message, 0, MAX_TEXT) + "…" : message;
}

function describe(thrown: unknown): string {
  if (thrown instanceof NativeError) return `${thrown.name}: ${thrown.message}`;
  return typeof thrown === "object" && thrown !== null && !ArrayIsArray(thrown)
    ? "It threw an object that is no Error."
    : `It threw ${StringOf(thrown)}.`;
}

function facts(thrown: unknown): Record<string, unknown> {
  const stack = thrown instanceof NativeError ? toWellFormed(short(text(thrown.stack))) : "";
  return thrown instanceof PermissionDenied ? { stack, permission: thrown.permission } : { stack };
}
