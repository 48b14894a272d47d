/** The conversation with the hub once the plugin is loaded: calls in, answers out, requests back. */

import { Api, type Call, Plugin } from "./api.ts";
import { type Channel, TooLarge } from "./channel.ts";
import { fromWire, PlexiHubError, toWire, type WireError } from "./errors.ts";
import type { Check } from "./inputs.ts";
import {
  JsonParse,
  NativePromise,
  ObjectCreate,
  ObjectHasOwn,
  ObjectKeys,
  ReflectApply,
  seal,
  slice,
  StringOf,
  Table,
  then,
} from "./primordials.ts";
import { Reached } from "./reached.ts";
import type { Senses } from "./senses.ts";
import { encode, isDeeper, MAX_DEPTH } from "./text.ts";

const MAX_REQUESTS = 64;
/** Rounds of promise callbacks after which an answer is no longer waited for on the spot. */
const PATIENCE = 16;

/** Frames from the hub. */
type Frame =
  | CallFrame
  | { type: "response"; id: number; value: unknown; error: WireError | null; now?: number }
  | { type: "cancel"; id: number }
  | { type: "cover" }
  | { type: "stop" };

interface CallFrame {
  type: "call";
  id: number;
  hook: string;
  payload: unknown;
  user: string | null;
  trace: string;
  now?: number;
  seen?: Record<string, unknown[]>;
}
type Handler = (context: unknown, plugin: Plugin) => unknown;

/** Which call runs now, through every `await` and timer of the plugin. */
export interface Ambient {
  get(): unknown;
  set(value: unknown): void;
}

interface Waiting {
  call: number;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

export class Guest {
  readonly #channel: Channel;
  readonly #ambient: Ambient;
  readonly #reached: Reached;
  readonly #calls = new Table<number, Call>();
  readonly #requests = new Table<number, Waiting>();
  #hooks: object = ObjectCreate(null);
  #check: Check | undefined;
  #asked = 0;
  #isOpen = false;
  /** Whether work outside of any call has just been answered, and is about to go on. */
  #goesOn = false;
  #id = "";
  #senses: Senses | undefined;
  #covered: (() => Promise<unknown>) | undefined;

  constructor(channel: Channel, ambient: Ambient) {
    this.#channel = channel;
    this.#ambient = ambient;
    this.#reached = new Reached(channel);
  }

  /** The `plugin` whose calls belong to whichever call runs. */
  makeGlobal(id: string): Plugin {
    this.#id = id;
    return this.#handle(() => this.#current());
  }

  /** Take the hooks of the plugin that is now loaded, and the form of its inputs. */
  open(hooks: object, check: Check | undefined): void {
    this.#hooks = hooks;
    this.#check = check;
    this.#isOpen = true;
  }

  /** Note what the plugin perceives, and answer which of its lines ran. */
  watch(senses: Senses, covered: (() => Promise<unknown>) | undefined): void {
    this.#senses = senses;
    this.#covered = covered;
  }

  /** The number of the call that runs; 0 outside of one. */
  readonly running = (): number => this.#current()?.id ?? 0;

  /** Add to a frame what was perceived until it was sent. */
  withSeen(id: number, json: string): string {
    const seen = this.#senses?.end(id) ?? "";
    return seen === "" ? json : `${slice(json, 0, -1)}${seen}}`;
  }

  #current(): Call | undefined {
    const mapping = this.#ambient.get() as { plexihub?: Call } | undefined;
    return mapping?.plexihub;
  }

  #handle(call: () => Call | undefined): Plugin {
    return new Plugin(this.#id, new Api(this.#ask, () => call()?.id ?? 0), call);
  }

  /** Serve until the hub says stop or closes the pipe. */
  async serve(): Promise<void> {
    while (await this.#channel.receive(this.#isIdle())) {
      this.#goesOn = false;
      for (let json = this.#channel.take(); json !== undefined; json = this.#channel.take()) {
        const frame = JsonParse(json) as Frame;
        if (frame.type === "stop") return;
        this.#handleFrame(frame, json);
      }
      for (let round = 0; this.#calls.size > 0 && round < PATIENCE; round++) await undefined;
      this.#channel.flush();
    }
  }

  #isIdle(): boolean {
    return this.#isOpen && !this.#goesOn && this.#calls.size === 0 && this.#requests.size === 0;
  }

  #handleFrame(frame: Exclude<Frame, { type: "stop" }>, json: string): void {
    if (frame.type === "call") this.#begin(frame, json);
    else if (frame.type === "response") this.#answered(frame);
    else if (frame.type === "cancel") this.#calls.get(frame.id)?.cancel.abort();
    else this.#cover();
  }

  #cover(): void {
    if (this.#covered === undefined) return;
    this.#goesOn = true;
    then(this.#covered(), (data) => {
      this.#channel.post(encode({ __proto__: null, type: "covered", data }));
      this.#channel.flush();
    });
  }

  #begin(frame: CallFrame, json: string): void {
    const call = new RunningCall(frame.id, frame.user, frame.trace);
    this.#senses?.hear(frame.now);
    this.#senses?.begin(frame.id, frame.seen);
    this.#calls.set(frame.id, call);
    const before = this.#ambient.get();
    const mapping = ObjectCreate(null);
    mapping.plexihub = call;
    this.#ambient.set(mapping);
    const done = this.#run(frame, json, call);
    this.#ambient.set(before);
    then(done, (json) => this.#finish(call, json), (error) => this.#fail(call, error));
  }

  async #run(frame: CallFrame, json: string, call: Call): Promise<string> {
    const { hook, payload } = frame;
    if (!ObjectHasOwn(this.#hooks, hook)) throw new PlexiHubError(`There is no hook '${hook}'.`);
    if (this.#check !== undefined) await this.#check(frame);
    const handler = (this.#hooks as Record<string, Handler>)[hook]!;
    const answer = await ReflectApply(handler, this.#hooks, [payload, this.#handle(() => call)]);
    return encode(answer ?? changes(payload, json));
  }

  #finish(call: Call, json: string): void {
    if (!isDeeper(json)) {
      this.#end(call, `{"type":"result","id":${call.id},"value":${json}}`);
      return;
    }
    this.#reached.tell("message_depth", MAX_DEPTH + 1);
    this.#end(call, problem(call.id, `The answer nests deeper than ${MAX_DEPTH} levels.`));
  }

  #fail(call: Call, error: unknown): void {
    this.#end(call, `{"type":"error","id":${call.id},"error":${encode(toWire(error))}}`);
  }

  #end(call: Call, frame: string): void {
    this.#calls.delete(call.id);
    this.#post(
      this.withSeen(call.id, frame),
      () => problem(call.id, "The answer is larger than 4 MiB."),
    );
    // Others may be waiting for a promise that takes long: this answer does not wait with them.
    this.#channel.flush();
  }

  #post(frame: string, instead: () => string): void {
    try {
      this.#channel.post(frame);
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
      this.#reached.tell("message_mb", error.mb);
      this.#channel.post(instead());
    }
  }

  readonly #ask = (call: number, method: string, params: object): Promise<unknown> =>
    new NativePromise((resolve, reject) => {
      this.#send(call, method, params);
      this.#requests.set(this.#asked, { call, resolve, reject });
      this.#channel.flush();
    });

  #send(call: number, method: string, params: object): void {
    if (this.#requests.size >= MAX_REQUESTS) {
      this.#reached.tell("in_flight", MAX_REQUESTS + 1);
      throw beyond(`More than ${MAX_REQUESTS} requests at once.`, method);
    }
    const json = encode(params);
    if (isDeeper(json)) {
      this.#reached.tell("message_depth", MAX_DEPTH + 1);
      throw beyond(`The request nests deeper than ${MAX_DEPTH} levels.`, method);
    }
    try {
      this.#channel.post(request(this.#asked + 1, call, method, json));
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
      this.#reached.tell("message_mb", error.mb);
      throw beyond("The request is larger than 4 MiB.", method);
    }
    this.#asked++;
  }

  #answered(frame: Extract<Frame, { type: "response" }>): void {
    this.#senses?.hear(frame.now);
    const waiting = this.#requests.get(frame.id);
    this.#requests.delete(frame.id);
    // To block in the read now would leave it standing before its next step.
    if (waiting !== undefined && this.#calls.get(waiting.call) === undefined) this.#goesOn = true;
    if (frame.error === null) waiting?.resolve(frame.value);
    else waiting?.reject(fromWire(frame.error));
  }
}

class RunningCall implements Call {
  readonly id: number;
  readonly user: string | null;
  readonly trace: string;
  #cancel: AbortController | undefined;

  constructor(id: number, user: string | null, trace: string) {
    this.id = id;
    this.user = user;
    this.trace = trace;
  }

  get cancel(): AbortController {
    return this.#cancel ??= new AbortController();
  }
}

seal(Guest);
seal(RunningCall);

function request(id: number, call: number, method: string, params: string): string {
  return `{"type":"request","id":${id},"call":${call},"method":${
    encode(StringOf(method))
  },"params":${params}}`;
}

function beyond(message: string, method: string): PlexiHubError {
  return new PlexiHubError(message, "limit_exceeded", method);
}

function problem(id: number, message: string): string {
  return `{"type":"error","id":${id},"error":{"code":"limit_exceeded","message":${
    encode(message)
  },"data":{}}}`;
}

/** What a handler that returned nothing changed in place; null where it changed nothing. */
function changes(payload: unknown, json: string): object | null {
  if (!isObject(payload)) return null;
  const before = (JsonParse(json) as CallFrame).payload as Record<string, unknown>;
  const changed = ObjectCreate(null) as Record<string, unknown>;
  const keys = ObjectKeys(payload);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    const isSame = ObjectHasOwn(before, key) && encode(before[key]) === encode(payload[key]);
    if (!isSame) changed[key] = payload[key];
  }
  return ObjectKeys(changed).length > 0 ? changed : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
