/**
 * The hub's methods for a sandboxed plugin, and the permissions. Written by `make generate`; not edited by hand.
 *
 * @module
 */

// deno-fmt-ignore-file

import type * as t from "./api_types.ts";

/** What a plugin can ask for; an administrator grants it or does not. */
export type Permission =
  /** Read what belongs to the person it works for. */
  | "data:read"
  /** Change what belongs to that person; each change is recorded. */
  | "data:write"
  /** Show its own widgets on pages. */
  | "ui:render"
  /** Tell other plugins about events of its own. */
  | "events:emit"
  /** Hear of all channels and who joins or leaves. */
  | "channels:read"
  /** Change or refuse channels and memberships before they are. */
  | "channels:moderate"
  /** Hear every message and reaction, in every channel. */
  | "messages:read"
  /** Read, change or refuse every message and reaction before it is stored. */
  | "messages:moderate"
  /** Hear of people who join, change, leave or sign in. */
  | "people:read"
  /** Call the outside hosts that you allow. */
  | "network:fetch"
  /** Offer slash commands and buttons at messages; it reads what people send it so. */
  | "commands:offer"
  /** Write in channels under its own name, with buttons. */
  | "messages:write"
  /** Run at the times that it names, for nobody. */
  | "schedule:run"
  /** Answer at addresses of its own, for people who are signed in. */
  | "http:serve"
  /** Keep values and tables of its own, up to a limit. */
  | "storage:own"
  /** Keep files in a folder of its own, up to a limit. */
  | "files:own"
  /** Read the files that the person it works for has uploaded. */
  | "files:read"
  /** Run further code in up to two sandboxes, each as narrow as its own. */
  | "sandbox:run"
  /** Manage the people of this hub. Takes an administrator's approval. */
  | "admin:users"
  /** Carry out billing operations. Takes an administrator's approval. */
  | "admin:billing"
  /** Read and change this hub's settings. Takes an administrator's approval. */
  | "system:config";

/**
 * The hub's methods. Each is checked against what was granted, and recorded;
 * a refusal rejects with `PermissionDenied`, else with `PlexiHubError`.
 */
export interface Api {
  /**
   * Read with one SELECT what belongs to the person it works for. Takes `data:read`.
   *
   * @param sql With `$1`, `$2` and so on in the place of values.
   * @param params The values, in this order.
   */
  query(sql: string, params?: t.Param[]): Promise<t.Row[]>;
  /**
   * Tell an event of the plugin's own. Takes `events:emit`.
   *
   * @param name Heard by others as `plugin.<id>.<name>`.
   * @param data What they are told.
   */
  emit(name: string, data?: unknown): Promise<void>;
  /**
   * Call another machine, within the hosts that were granted. Takes `network:fetch`.
   *
   */
  fetch(url: string | URL, init?: t.FetchInit): Promise<t.Answer>;
  /**
   * Show a widget on every dashboard until the plugin stops. Takes `ui:render`.
   *
   * @param options.component Of the hub's kit, such as `Text`, or of its own.
   * @param options.props What the component shows.
   * @param options.id Unique within the plugin.
   * @param options.title Heading of the card.
   */
  renderWidget(options: { component: string; props?: Record<string, unknown>; id?: string; title?: string }): Promise<{ id: string }>;
  /** `plugin.api.data`. */
  readonly data: DataApi;
  /** `plugin.api.network`. */
  readonly network: NetworkApi;
  /** `plugin.api.messages`. */
  readonly messages: MessagesApi;
  /** `plugin.api.audit`. */
  readonly audit: AuditApi;
  /** `plugin.api.settings`. */
  readonly settings: SettingsApi;
  /** `plugin.api.permissions`. */
  readonly permissions: PermissionsApi;
  /** `plugin.api.admin`. */
  readonly admin: AdminApi;
  /** `plugin.api.config`. */
  readonly config: ConfigApi;
  /** `plugin.api.billing`. */
  readonly billing: BillingApi;
  /** `plugin.api.sandbox`. */
  readonly sandbox: SandboxApi;
  /** `plugin.api.storage`. */
  readonly storage: StorageApi;
  /** `plugin.api.tables`. */
  readonly tables: TablesApi;
  /** `plugin.api.files`. */
  readonly files: FilesApi;
  /** Call any method of the gateway by its name, such as `events.emit`. */
  call(method: string, params?: object): Promise<unknown>;
}

/** `plugin.api.data`. */
export interface DataApi {
  /**
   * Read rows of one model that belong to the person it works for. Takes `data:read`.
   *
   * @param model Its name among what can be read, such as `messages`.
   * @param where Conditions by column, which must all hold.
   * @param options.order A column; `-` before it puts the largest first.
   * @param options.limit The most rows, 1 to 1000; 100 when left out.
   */
  find(model: string, where?: t.Where, options?: { order?: string; limit?: number }): Promise<t.Row[]>;
  /**
   * Store a new row for the person, and answer it. Takes `data:write`.
   *
   * @param model Its name among what can be read, such as `messages`.
   * @param values Columns and their values.
   */
  create(model: string, values: t.Values): Promise<t.Row>;
  /**
   * Change a row of the person's, and answer it. Takes `data:write`.
   *
   * @param model Its name among what can be read, such as `messages`.
   * @param id Its key.
   * @param changes Columns and their new values.
   */
  save(model: string, id: string, changes: t.Values): Promise<t.Row>;
  /**
   * Delete a row of the person's. Takes `data:write`.
   *
   * @param model Its name among what can be read, such as `messages`.
   * @param id Its key.
   */
  delete(model: string, id: string): Promise<void>;
}

/** `plugin.api.network`. */
export interface NetworkApi {
  /**
   * Read the next part of an answer that did not come at once.
   *
   * @param handle Of the answer.
   */
  read(handle: string): Promise<t.Part>;
  /**
   * Give up the rest of an answer.
   *
   * @param handle Of the answer.
   */
  close(handle: string): Promise<void>;
}

/** `plugin.api.messages`. */
export interface MessagesApi {
  /**
   * Write in a channel, as the plugin. Takes `messages:write`.
   *
   * @param options.channelId Of which the person is a member; for nobody, one that was opened to the plugin.
   * @param options.text Markdown; may be left out beside blocks.
   * @param options.blocks Buttons, fields and more.
   * @param options.threadId The message that it answers.
   */
  post(options: { channelId: string; text?: string; blocks?: t.Block[]; threadId?: string | null }): Promise<{ id: string }>;
  /**
   * Give a message of the plugin's another text or other blocks. Takes `messages:write`.
   *
   * @param options.messageId Of a message that this plugin wrote.
   * @param options.text From now on; absent leaves it.
   * @param options.blocks From now on; absent leaves them.
   */
  update(options: { messageId: string; text?: string | null; blocks?: t.Block[] | null }): Promise<{ id: string }>;
}

/** `plugin.api.audit`. */
export interface AuditApi {
  /**
   * Put something on record, in the plugin's own name.
   *
   * @param options.eventType A noun and a verb, such as `plugin.execution`.
   * @param options.action What was done, such as the name of the hook.
   * @param options.result How it ended.
   * @param options.userId For whom, as the plugin has it.
   * @param options.resource What it was done to.
   * @param options.severity How grave it is.
   * @param options.metadata Further facts, of 4 KiB at most; never a secret.
   */
  log(options: { eventType: string; action: string; result: "success" | "failure" | "denied"; userId?: string | null; resource?: string; severity?: "low" | "medium" | "high" | "critical"; metadata?: Record<string, unknown> }): Promise<void>;
}

/** `plugin.api.settings`. */
export interface SettingsApi {
  /**
   * Read the plugin's own settings; of secrets, which are set.
   *
   */
  get(): Promise<t.Settings>;
}

/** `plugin.api.permissions`. */
export interface PermissionsApi {
  /**
   * Ask administrators for a permission that the manifest names; says how it stands.
   *
   * @param permission Such as `messages:write`.
   * @param reason Why, for who decides; 200 characters.
   */
  request(permission: string, reason?: string): Promise<"granted" | "pending" | "refused">;
}

/** `plugin.api.admin`. */
export interface AdminApi {
  /** `plugin.api.admin.users`. */
  readonly users: AdminUsersApi;
}

/** `plugin.api.admin.users`. */
export interface AdminUsersApi {
  /**
   * List the people of this hub. Takes `admin:users`.
   *
   */
  list(): Promise<t.Member[]>;
  /**
   * Create a member. Takes `admin:users`.
   *
   * @param options.username Letters, digits and a few signs; unique.
   * @param options.password To sign in with, until the person sets another.
   * @param options.displayName For people.
   */
  create(options: { username: string; password: string; displayName?: string }): Promise<t.Member>;
  /**
   * Deactivate a member: their sessions end, and they sign in no more. Takes `admin:users`.
   *
   * @param userId Whom; no administrator.
   */
  disable(userId: string): Promise<t.Member>;
}

/** `plugin.api.config`. */
export interface ConfigApi {
  /**
   * Read a setting of the hub's or its own; a secret is masked. Takes `system:config`.
   *
   * @param key Such as `hub.name`.
   */
  get(key: string): Promise<t.Json>;
  /**
   * List the settings, secrets masked. Takes `system:config`.
   *
   */
  list(): Promise<t.SettingRow[]>;
  /**
   * Change a setting; no secret, and none of what holds plugins. Takes `system:config`.
   *
   * @param key Such as `hub.name`.
   * @param value Of the setting's type.
   */
  set(key: string, value: string | number | boolean | string[]): Promise<t.Json>;
}

/** `plugin.api.billing`. */
export interface BillingApi {
  /**
   * List the ledger, the oldest entry first. Takes `admin:billing`.
   *
   * @param options.userId Of one person alone.
   * @param options.after Id of the entry before the first wanted.
   * @param options.limit From 1 to 500; else 100.
   */
  entries(options?: { userId?: string; after?: string; limit?: number }): Promise<t.LedgerEntry[]>;
  /**
   * Charge a person; the same reference again is the same charge. Takes `admin:billing`.
   *
   * @param options.userId Whom.
   * @param options.cents A whole number above zero.
   * @param options.reference The plugin's own word for this charge.
   * @param options.currency Three capitals; else `USD`.
   * @param options.note For people.
   */
  charge(options: { userId: string; cents: number; reference: string; currency?: string; note?: string }): Promise<t.LedgerEntry>;
  /**
   * Give a charge of its own back, or a part of it. Takes `admin:billing`.
   *
   * @param options.chargeId Id of the charge.
   * @param options.reference The plugin's own word for this refund.
   * @param options.cents How much; else all that is left.
   * @param options.note For people.
   */
  refund(options: { chargeId: string; reference: string; cents?: number; note?: string }): Promise<t.LedgerEntry>;
}

/** `plugin.api.sandbox`. */
export interface SandboxApi {
  /**
   * Make a sandbox within its own and load code in it; see `PluginSandbox`. Takes `sandbox:run`.
   *
   * @param options.code A plugin's module in TypeScript, of 256 KiB at most.
   * @param options.timeout Milliseconds that a call may take; 5000.
   * @param options.memoryLimit In MB; 50.
   * @param options.networkIsolation Always true.
   * @param options.fileSystemAccess Always false.
   */
  create(options: { code: string; timeout?: number; memoryLimit?: number; networkIsolation?: boolean; fileSystemAccess?: boolean }): Promise<{ id: number }>;
  /**
   * Call a hook of the code in a sandbox. Takes `sandbox:run`.
   *
   * @param options.id Of the sandbox.
   * @param options.hook As the code spells it.
   * @param options.payload What the hook is handed.
   */
  call(options: { id: number; hook: string; payload?: object }): Promise<unknown>;
  /**
   * End a sandbox. Takes `sandbox:run`.
   *
   * @param id Of the sandbox.
   */
  close(id: number): Promise<void>;
}

/** `plugin.api.storage`. */
export interface StorageApi {
  /**
   * Answer the value under a key, or null; the plugin's own. Takes `storage:own`.
   *
   * @param key Printable text of at most 200 characters.
   */
  get(key: string): Promise<t.Value>;
  /**
   * Answer the value under a key with its version and its end, or null; the plugin's own. Takes `storage:own`.
   *
   * @param key Printable text of at most 200 characters.
   */
  entry(key: string): Promise<t.StorageEntry | null>;
  /**
   * Keep a value under a key, and answer its version; the plugin's own. Takes `storage:own`.
   *
   * @param key Printable text of at most 200 characters.
   * @param value Any JSON, of 64 KiB at most.
   * @param options.ttl Seconds until it ends; it stays where this is left out.
   * @param options.ifVersion Only where it has this version now.
   * @param options.ifAbsent Only where there is nothing under the key now.
   */
  set(key: string, value: t.Json, options?: { ttl?: number; ifVersion?: number; ifAbsent?: boolean }): Promise<{ version: number }>;
  /**
   * Delete the value under a key, and tell whether there was one; the plugin's own. Takes `storage:own`.
   *
   * @param key Printable text of at most 200 characters.
   * @param options.ifVersion Only where it has this version now.
   */
  delete(key: string, options?: { ifVersion?: number }): Promise<boolean>;
  /**
   * List values by key, as many as one answer holds; the plugin's own. Takes `storage:own`.
   *
   * @param options.prefix How the keys begin.
   * @param options.after Only keys behind this one: `next` of the page before.
   * @param options.limit How many at most: 100, up to 1,000.
   */
  list(options?: { prefix?: string; after?: string; limit?: number }): Promise<t.StoragePage>;
  /**
   * Add to a whole number, which is 0 at first, and answer the sum; the plugin's own. Takes `storage:own`.
   *
   * @param key Printable text of at most 200 characters.
   * @param options.by How much; 1 where it is left out.
   * @param options.ttl Seconds until it ends; it stays where this is left out.
   */
  increment(key: string, options?: { by?: number; ttl?: number }): Promise<number>;
  /** `plugin.api.storage.mine`. */
  readonly mine: StorageMineApi;
}

/** `plugin.api.storage.mine`. */
export interface StorageMineApi {
  /**
   * Answer the value under a key, or null; of the person for whom it works now. Takes `storage:own`.
   *
   * @param key Printable text of at most 200 characters.
   */
  get(key: string): Promise<t.Value>;
  /**
   * Answer the value under a key with its version and its end, or null; of the person for whom it works now. Takes `storage:own`.
   *
   * @param key Printable text of at most 200 characters.
   */
  entry(key: string): Promise<t.StorageEntry | null>;
  /**
   * Keep a value under a key, and answer its version; of the person for whom it works now. Takes `storage:own`.
   *
   * @param key Printable text of at most 200 characters.
   * @param value Any JSON, of 64 KiB at most.
   * @param options.ttl Seconds until it ends; it stays where this is left out.
   * @param options.ifVersion Only where it has this version now.
   * @param options.ifAbsent Only where there is nothing under the key now.
   */
  set(key: string, value: t.Json, options?: { ttl?: number; ifVersion?: number; ifAbsent?: boolean }): Promise<{ version: number }>;
  /**
   * Delete the value under a key, and tell whether there was one; of the person for whom it works now. Takes `storage:own`.
   *
   * @param key Printable text of at most 200 characters.
   * @param options.ifVersion Only where it has this version now.
   */
  delete(key: string, options?: { ifVersion?: number }): Promise<boolean>;
  /**
   * List values by key, as many as one answer holds; of the person for whom it works now. Takes `storage:own`.
   *
   * @param options.prefix How the keys begin.
   * @param options.after Only keys behind this one: `next` of the page before.
   * @param options.limit How many at most: 100, up to 1,000.
   */
  list(options?: { prefix?: string; after?: string; limit?: number }): Promise<t.StoragePage>;
  /**
   * Add to a whole number, which is 0 at first, and answer the sum; of the person for whom it works now. Takes `storage:own`.
   *
   * @param key Printable text of at most 200 characters.
   * @param options.by How much; 1 where it is left out.
   * @param options.ttl Seconds until it ends; it stays where this is left out.
   */
  increment(key: string, options?: { by?: number; ttl?: number }): Promise<number>;
}

/** `plugin.api.tables`. */
export interface TablesApi {
  /**
   * Find rows of a table of the plugin's own. Takes `storage:own`.
   *
   * @param table Its name in `tables` of plugin.json.
   * @param options.where Conditions by column, which must all hold.
   * @param options.order Columns, a leading `-` for descending.
   * @param options.limit How many at most: 100, up to 1,000.
   * @param options.offset How many to pass over.
   */
  find(table: string, options?: { where?: t.Where; order?: string[]; limit?: number; offset?: number }): Promise<t.TableRow[]>;
  /**
   * Count rows of a table of the plugin's own. Takes `storage:own`.
   *
   * @param table Its name in `tables` of plugin.json.
   * @param options.where Conditions by column, which must all hold.
   */
  count(table: string, options?: { where?: t.Where }): Promise<number>;
  /**
   * Store a row in a table of the plugin's own, and answer it. Takes `storage:own`.
   *
   * @param table Its name in `tables` of plugin.json.
   * @param values By column; `id` may be left out.
   */
  insert(table: string, values: Record<string, t.Json>): Promise<t.TableRow>;
  /**
   * Change rows of a table of the plugin's own, and answer how many. Takes `storage:own`.
   *
   * @param table Its name in `tables` of plugin.json.
   * @param where Conditions by column, which must all hold.
   * @param changes New values by column.
   */
  update(table: string, where: t.Where, changes: Record<string, t.Json>): Promise<number>;
  /**
   * Delete rows of a table of the plugin's own, and answer how many. Takes `storage:own`.
   *
   * @param table Its name in `tables` of plugin.json.
   * @param where Conditions by column, which must all hold.
   */
  delete(table: string, where: t.Where): Promise<number>;
}

/** `plugin.api.files`. */
export interface FilesApi {
  /**
   * Read a file of the plugin's own, or a part of it. Takes `files:own`.
   *
   * @param path Such as `reports/2026.csv`, below the plugin's folder.
   * @param options.encoding How the content is written here: as text.
   * @param options.offset First byte: 0.
   * @param options.length How many bytes at most: 3,000,000.
   */
  read(path: string, options?: { encoding?: "text" | "base64"; offset?: number; length?: number }): Promise<t.FileContent>;
  /**
   * Write a file of the plugin's own, whole or not at all, and answer its size. Takes `files:own`.
   *
   * @param path Such as `reports/2026.csv`, below the plugin's folder.
   * @param content Of 3,000,000 bytes at most.
   * @param options.encoding How the content is written here: as text.
   * @param options.append Add it to what is there.
   * @param options.ifAbsent Only where there is no such file now.
   */
  write(path: string, content: string, options?: { encoding?: "text" | "base64"; append?: boolean; ifAbsent?: boolean }): Promise<{ size: number }>;
  /**
   * List the plugin's own files by path. Takes `files:own`.
   *
   * @param options.prefix How the paths begin.
   * @param options.after Only paths behind this one: `next` of the page before.
   * @param options.limit How many at most: 100, up to 1,000.
   */
  list(options?: { prefix?: string; after?: string; limit?: number }): Promise<t.FilePage>;
  /**
   * Delete a file of the plugin's own, and tell if there was one. Takes `files:own`.
   *
   * @param path Such as `reports/2026.csv`, below the plugin's folder.
   */
  delete(path: string): Promise<boolean>;
  /**
   * Tell about a file of the plugin's own, or null. Takes `files:own`.
   *
   * @param path Such as `reports/2026.csv`, below the plugin's folder.
   */
  stat(path: string): Promise<t.FileFacts | null>;
  /**
   * Read a file that the person for whom it works has uploaded, or a part of it. Takes `files:read`.
   *
   * @param id Of the upload.
   * @param options.encoding How the content is written here: as text.
   * @param options.offset First byte: 0.
   * @param options.length How many bytes at most: 3,000,000.
   */
  open(id: string, options?: { encoding?: "text" | "base64"; offset?: number; length?: number }): Promise<t.Upload>;
}

