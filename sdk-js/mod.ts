/**
 * Types for sandboxed PlexiHub plugins in TypeScript and JavaScript.
 *
 * A plugin's default export is a {@linkcode PluginDefinition}. Everything here is known to the
 * editor and to `deno check`; inside the sandbox the hub itself supplies the errors and `plugin`.
 *
 * @example
 * ```ts
 * import type { PluginDefinition } from "@plexihub/sdk";
 *
 * export default {
 *   id: "greeter",
 *   version: "1.0.0",
 *   permissions: ["ui:render"],
 *   hooks: {
 *     onDashboardLoad: () => ({
 *       customWidgets: [{ id: "hi", component: "Text", props: { text: "Hello" } }],
 *     }),
 *   },
 * } satisfies PluginDefinition;
 * ```
 *
 * @module
 */

import type { Api, Permission } from "./api.ts";
import type { TableDefinition } from "./api_types.ts";
import type { HeardPayloads } from "./catalogue.ts";
import type { Block } from "./kit.ts";

export type * from "./api.ts";
export type * from "./api_types.ts";
export type * from "./catalogue.ts";
export type * from "./kit.ts";
export type * from "./manifest.ts";

/** A permission that does not reach everywhere; what has no list has no limit. */
export type ScopedPermission =
  | {
    name: "network:fetch";
    /** Such as `api.example.com`, `*.example.org`, `api.example.com:8443`. */
    hosts?: string[];
    methods?: string[];
    /** Such as `/v1/users`, `/v1/*`. */
    paths?: string[];
  }
  | { name: "data:read" | "data:write"; models?: string[] };

/** A card on a dashboard: data for one of the hub's components, never code. */
export interface Widget {
  /** Unique within the plugin. */
  id: string;
  /** `Text`, `Stat`, `List`, `Chart`; any other name is shown as a card with its properties. */
  component: string;
  /** What the component shows. */
  props?: Record<string, unknown>;
  /** Heading of the card; none where it is absent. */
  title?: string;
}

/** Before a dashboard is shown. */
export interface DashboardLoad {
  /** Whose dashboard it is. */
  userId: string;
  /** Which dashboard. */
  dashboardId: string;
}

/** Before the answer to a data query is shown. */
export interface DataFetch {
  /** What was asked for. */
  query: string;
  /** How it was narrowed down. */
  filters: Record<string, unknown>;
}

/** A person triggered an action that the plugin offers. */
export interface ActionExecute {
  /** Name of the action. */
  action: string;
  /**
   * Where and with what it was triggered. `source` is `message`, `widget` or `messageAction` where a
   * button of this plugin was clicked that the hub knows; without it, anybody may have written the
   * rest.
   */
  context: Record<string, unknown>;
}

/** A job's time has come. */
export interface JobDue {
  /** Its id in plugin.json. */
  job: string;
  /** When it was to begin, in UTC. */
  scheduledFor: string;
}

/** Somebody calls a route of the plugin. */
export interface RouteRequest {
  /** Such as `GET`. */
  method: string;
  /** From `/api/v1/<plugin>` on. */
  path: string;
  /** Values of the `{names}` in the path. */
  params: Record<string, string>;
  /** The last value of each query parameter. */
  query: Record<string, string>;
  /** Those that tell nothing secret, with names in lower case. */
  headers: Record<string, string>;
  /** The body as text; null where there is none. */
  body: string | null;
  /** The body where it is JSON; else null. */
  json: unknown;
  /** Who calls; null for the operator. */
  userId: string | null;
}

/** What a route answers; nothing at all is status 204. */
export interface RouteResponse {
  /** 200 by default; a redirect is refused. */
  status?: number;
  /** `Content-Type`, `Cache-Control`, `Content-Disposition`, `ETag` and a few others. */
  headers?: Record<string, string>;
  /** Text, or what is sent as JSON. */
  body?: unknown;
}

/** Somebody typed a command of the plugin. */
export interface CommandTyped {
  /** Its name, without the slash. */
  command: string;
  /** What followed it. */
  text: string;
  /** Where it was typed. */
  channelId: string;
  /** The message below which it was typed; null outside of a thread. */
  threadId: string | null;
  /** Who typed it. */
  userId: string;
}

/** What a command answers; plain text is for the person alone. */
export interface CommandReply {
  /** Markdown. */
  text?: string;
  /** Interactive blocks; only where everybody sees the answer. */
  blocks?: Block[];
  /** `all` makes it a message of the plugin's. */
  visible?: "me" | "all";
}

/** What an action answers. */
export interface ActionResult {
  /** For who triggered it; text is shown to them. */
  result?: unknown;
  /** Further facts. */
  metadata?: Record<string, unknown>;
  /** The message's text from now on, where a button in a message was clicked. */
  text?: string;
  /** The message's blocks from now on, where a button in a message was clicked. */
  blocks?: Block[];
}

/** A sign-in succeeded. */
export interface AuthSuccess {
  /** Who signed in. */
  userId: string;
  /** Names the new session; it opens nothing. */
  sessionId: string;
}

/** One of the plugin's own settings changed. */
export interface SettingsChange {
  /** The plugin's own id. */
  id: string;
  /** Which setting. */
  name: string;
  /** Its value before; of a secret only a mask. */
  old: unknown;
  /** Its value now; of a secret only a mask. */
  new: unknown;
}

/**
 * What a hook is handed first: a copy, whose keys depend on the hook.
 *
 * A hook that returns nothing may change it in place instead: what it changed is its answer.
 */
export type HookContext =
  & Partial<DashboardLoad>
  & Partial<DataFetch>
  & Partial<ActionExecute>
  & Partial<AuthSuccess>
  & Partial<SettingsChange>;

/** A value, or a promise of it. */
export type Awaitable<T> = T | Promise<T>;

/** Hooks and events by the catalogue's name; each takes the permission that covers it. */
export type NamedHooks = {
  [Name in keyof HeardPayloads]?: (
    payload: HeardPayloads[Name],
    plugin: Plugin,
  ) => Awaitable<Partial<HeardPayloads[Name]> | null | void>;
};

/** The hooks of a plugin; each must answer within five seconds. */
export interface Hooks extends NamedHooks {
  /** A dashboard loads: what is returned is added to it. */
  onDashboardLoad?(
    context: DashboardLoad,
    plugin: Plugin,
  ): Awaitable<{ customWidgets: Widget[] } | null | void>;
  /** Data was asked for: what is returned is what the person sees. */
  onDataFetch?(
    context: DataFetch,
    plugin: Plugin,
  ): Awaitable<{ transformedData: unknown } | null | void>;
  /** An action was triggered: what is returned goes to who triggered it. */
  onActionExecute?(
    context: ActionExecute,
    plugin: Plugin,
  ): Awaitable<ActionResult | null | void>;
  /** A job of plugin.json is due; text that is returned is kept as the run's result. */
  onJob?(context: JobDue, plugin: Plugin): Awaitable<unknown>;
  /** A route of plugin.json is called. */
  onRequest?(context: RouteRequest, plugin: Plugin): Awaitable<RouteResponse | null | void>;
  /** A command of plugin.json was typed. */
  onCommand?(
    context: CommandTyped,
    plugin: Plugin,
  ): Awaitable<string | CommandReply | null | void>;
  /** Somebody signed in; what is returned is not looked at. */
  onAuthSuccess?(context: AuthSuccess, plugin: Plugin): Awaitable<unknown>;
  /** An event that a plugin emitted, this one or another; what is returned is not looked at. */
  [emitted: `plugin.${string}.${string}`]: (data: never, plugin: Plugin) => Awaitable<unknown>;
  /** One of the plugin's settings changed; what is returned is not looked at. */
  onSettingsChange?(context: SettingsChange, plugin: Plugin): Awaitable<unknown>;
}

/** What a plugin's module exports by default; with a plugin.json beside it, `hooks` is enough. */
export interface PluginDefinition {
  /** Kebab-case identity, such as `hello-world`. */
  id?: string;
  /** For people; derived from the id where it is absent. */
  name?: string;
  /** Semantic version, such as `1.0.0`. */
  version?: string;
  /** For people. */
  author?: string;
  /** One sentence. */
  description?: string;
  /** What it asks for. */
  permissions?: (Permission | ScopedPermission)[];
  /** Its own settings, as a JSON Schema of type `object`: people find them on a page. */
  settings?: Record<string, unknown>;
  /** Its own tables, by name. */
  tables?: Record<string, TableDefinition>;
  /** What it does, and when. */
  hooks?: Hooks;
  /**
   * The form of its inputs, `{ action, payload?, userId? }`: the action (else the hook) that it is
   * called for, with what, and for whom. What does not fit never reaches its hooks. A schema of Zod
   * (`import { z } from "zod"`) or of any other maker of Standard Schemas; it may be an export of
   * the module's own, too.
   */
  pluginInputSchema?: object;
}

/** The plugin's view of the hub: the second argument of every hook, and a global. */
export interface Plugin {
  /** The plugin's id. */
  readonly id: string;
  /** For whom the call that runs now is made; null where it is for nobody. */
  readonly userId: string | null;
  /** Joins everything that belongs to one journey in the hub's records. */
  readonly traceId: string | null;
  /** Aborted when nobody waits for this call's answer any more; null outside of a call. */
  readonly signal: AbortSignal | null;
  /** The hub's methods. */
  readonly api: Api;
}

/** What the hub says when it does not do what was asked. */
export declare class PlexiHubError extends Error {
  /** Stable name of what went wrong, such as `not_found`. */
  readonly code: string;
  /** The field or place; empty where the message says it. */
  readonly where: string;
  /** What to do next; empty where nothing can be done. */
  readonly next: string;
  /** With what was wrong, the code, the place, and what to do next. */
  constructor(message: string, code?: string, where?: string, next?: string);
}

/** The plugin was not granted what the call needs. */
export declare class PermissionDenied extends PlexiHubError {
  /** The permission that is missing, such as `data:read`. */
  readonly permission: string;
  /** With the permission that is missing. */
  constructor(permission: string, message?: string, where?: string, next?: string);
}

/** Throw it in a hook to refuse the operation, with a reason for the person who asked. */
export declare class Veto extends PlexiHubError {
  /** Why, one sentence. */
  readonly reason: string;
  /** With the reason, for the person. */
  constructor(reason: string);
}

/** What a plugin says that happened; see `plugin.api.audit.log`. */
export interface SecurityEvent {
  /** A noun and a verb, such as those of {@linkcode SecurityEventType}. */
  eventType: string;
  /** For whom, as the plugin has it. */
  userId?: string | null;
  /** What it was done to, such as the plugin's id. */
  resource?: string;
  /** What was done, such as the name of the hook. */
  action: string;
  /** How it ended. */
  result: "success" | "failure" | "denied";
  /** How grave it is. */
  severity?: "low" | "medium" | "high" | "critical";
  /** Further facts, of 4 KiB at most; never a secret. */
  metadata?: Record<string, unknown>;
}

/** Puts what the plugin says in the hub's audit, as the plugin's own word. */
export declare const securityAuditLogger: {
  /** Resolves when it is on record. */
  log(entry: SecurityEvent): Promise<void>;
};

/** Names for what happened; any other `noun.verb` does as well. */
export declare const SecurityEventType: {
  readonly PLUGIN_EXECUTION: "plugin.execution";
  readonly PERMISSION_DENIED: "permission.denied";
  readonly DATA_ACCESS: "data.access";
  readonly DATA_CHANGE: "data.change";
  readonly NETWORK_REQUEST: "network.request";
  readonly AUTHENTICATION: "user.authentication";
  readonly SUSPICIOUS_ACTIVITY: "activity.suspicious";
};

/** What a {@linkcode PluginSandbox} may use; never more than the plugin that makes it. */
export interface SandboxOptions {
  /** How long one call may take, in milliseconds; else 5000. */
  timeout?: number;
  /** Memory above what the runtime itself holds, in MB; else 50. */
  memoryLimit?: number;
  /** Always true: a sandbox has no network; false is refused. */
  networkIsolation?: boolean;
  /** Always false: a sandbox has no files; true is refused. */
  fileSystemAccess?: boolean;
}

/**
 * A fresh confined process within the plugin's own walls, for code that the plugin itself does not
 * trust. Takes `sandbox:run`; a plugin has two at one time, and they end with it. The code is that
 * of a plugin, with a default export of its hooks; it has no `plugin.api`.
 */
export declare class PluginSandbox {
  /** With what it may use; no process starts before `load` or `run`. */
  constructor(options?: SandboxOptions);
  /** Load code in the place of what is there. */
  load(code: string): Promise<void>;
  /** Call a hook of it; a call that is late ends the process, and the next one starts it anew. */
  call(hook: string, payload?: object): Promise<unknown>;
  /** Load code, call one hook, and end the sandbox. */
  run(code: string, hook: string, payload?: object): Promise<unknown>;
  /** End it. */
  close(): Promise<void>;
}
