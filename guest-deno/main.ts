/**
 * Entry of the sandboxed process: takes the pipe from Deno, locks the room, then lets the plugin in.
 *
 * Nothing here is exported or global: a plugin that imports this file again gets an empty module.
 */

import type { Plugin } from "./api.ts";
import { Channel, type Pipe } from "./channel.ts";
import { bounded, type Level, makeConsole, show } from "./console.ts";
import { toWire } from "./errors.ts";
import { type FileFrame, keep, keepNoMore } from "./files.ts";
import { load } from "./load.ts";
import type { FetchInit } from "./fetch.ts";
import { lockdown } from "./lockdown.ts";
import { JsonParse, ObjectKeys, then } from "./primordials.ts";
import {
  PermissionDenied,
  PlexiHubError,
  PluginSandbox,
  securityAuditLogger,
  SecurityEventType,
  Veto,
} from "./sdk.ts";
import { Senses, type Watch } from "./senses.ts";
import { watchGlobals } from "./senses_globals.ts";
import { type Ambient, Guest } from "./serve.ts";
import { encode } from "./text.ts";

const { exit, stderr } = Deno;
const PROTOCOL = 1;
const MAX_DESCRIPTION = 64 * 1024;
/** The number under which what a plugin perceives before its first call is noted. */
const LOADING = 0;

interface Hello {
  type: "hello";
  protocol: number;
  nonce: string;
  entry: string;
  plugin: string;
  watch: Watch | null;
}

/** What of Deno's inside is used; the hub's lock file names the version it was tried with. */
interface Core {
  getAsyncContext(): unknown;
  setAsyncContext(value: unknown): void;
  eventLoopHasMoreWork?(): boolean;
  setUnhandledPromiseRejectionHandler(
    handler: (promise: unknown, reason: unknown) => boolean,
  ): void;
  setReportExceptionCallback(handler: (error: unknown) => void): void;
}

function takeCore(): Core {
  const deno = Deno as unknown as Record<symbol, { core?: Partial<Core> }>;
  const inside = deno[(Deno as unknown as { internal: symbol }).internal]?.core;
  if (inside?.getAsyncContext === undefined || inside.setAsyncContext === undefined) {
    throw new Error(`Deno ${Deno.version.deno} keeps no context over await`);
  }
  return inside as Core;
}

function takePipe(core: Core): Pipe {
  const { stdin, stdout } = Deno;
  const hasWork = core.eventLoopHasMoreWork;
  return {
    read: stdin.read.bind(stdin),
    readSync: stdin.readSync.bind(stdin),
    writeSync: stdout.writeSync.bind(stdout),
    hasWork: hasWork === undefined ? () => true : () => hasWork(),
  };
}

async function greet(channel: Channel): Promise<Hello> {
  for (;;) {
    const json = channel.take();
    if (json !== undefined) {
      const frame = JsonParse(json) as Hello | FileFrame;
      if (frame.type === "hello") return frame;
      keep(frame);
    } else if (!await channel.receive(false)) throw new Error("the hub closed the pipe");
  }
}

function log(channel: Channel, level: Level, text: string): void {
  channel.post(encode({ __proto__: null, type: "log", level, text }));
  channel.flush();
}

/** Keep the process alive where plugin code let an error go unheard, and say so in the log. */
function hearErrors(core: Core, say: (level: Level, text: string) => void): void {
  core.setUnhandledPromiseRejectionHandler((_promise, reason) => {
    say("error", "A promise was rejected and nobody handled it: " + show(reason));
    return true;
  });
  core.setReportExceptionCallback((error) => {
    say("error", "An error was thrown and nobody caught it: " + show(error));
  });
}

async function main(): Promise<void> {
  const core = takeCore();
  const channel = new Channel(takePipe(core));
  const hello = await greet(channel);
  keepNoMore();
  if (hello.protocol !== PROTOCOL) throw new Error(`the hub speaks protocol ${hello.protocol}`);
  const ambient: Ambient = { get: core.getAsyncContext, set: core.setAsyncContext };
  const guest = new Guest(channel, ambient);
  const say = bounded((level, text) => log(channel, level, text));
  hearErrors(core, say);
  const plugin: Plugin = guest.makeGlobal(hello.plugin);
  if (hello.watch !== null) await watch(guest, hello.watch, hello.entry);
  lockdown(globalThis, {
    console: makeConsole(say),
    plugin,
    PermissionDenied,
    PlexiHubError,
    Veto,
    securityAuditLogger,
    SecurityEventType,
    fetch: (url: unknown, init?: FetchInit) => fetchAs(plugin, url, init),
    PluginSandbox,
  });
  // The plugin's top level may already ask the hub for something: serve while it loads.
  await Promise.all([admit(channel, guest, hello), guest.serve()]);
}

/** Watch what the plugin perceives, and which parts of it run, where the hub asks for it. */
async function watch(guest: Guest, watch: Watch, entry: string): Promise<void> {
  const senses = new Senses(watch, guest.running);
  guest.watch(senses, watch.coverage ? await (await coverage()).countRuns(entry) : undefined);
  watchGlobals(senses);
}

/** Imported where it is wanted only: it needs what other guests are not allowed. */
function coverage(): Promise<typeof import("./coverage.ts")> {
  const name = "./coverage.ts";
  return import(name);
}

/** The global `fetch` is `plugin.api.fetch`. */
function fetchAs(plugin: Plugin, url: unknown, init?: FetchInit): unknown {
  const { api } = plugin as unknown as {
    api: { fetch(url: unknown, init?: FetchInit): unknown };
  };
  return api.fetch(url, init);
}

async function admit(channel: Channel, guest: Guest, hello: Hello): Promise<void> {
  const { protocol, nonce } = hello;
  try {
    const { plugin, hooks, check } = await load(hello.entry);
    guest.open(hooks, check);
    const names = ObjectKeys(hooks);
    const ready = { __proto__: null, type: "ready", protocol, nonce, plugin, hooks: names };
    const json = encode(ready);
    if (json.length > MAX_DESCRIPTION) {
      throw new RangeError("The plugin's description is too long.");
    }
    channel.post(guest.withSeen(LOADING, json));
  } catch (error) {
    const failed = { __proto__: null, type: "failed", nonce, error: toWire(error) };
    channel.post(encode(failed));
  }
  channel.flush();
}

/** End with a sentence that the hub shows: nothing can be served any more. */
function fail(error: unknown): void {
  stderr.writeSync(new TextEncoder().encode(`Error: the sandbox failed: ${show(error)}\n`));
  exit(1);
}

// Not awaited: while a module waits, Deno always has work, and the channel could never block.
then(main(), () => exit(0), fail);
