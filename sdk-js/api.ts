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
  /** Call the outside hosts that you allow. */
  | "network:fetch"
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
   * Tell an event of the plugin's own. Takes `events:emit`.
   *
   * @param name Heard by others as `plugin.<id>.<name>`.
   * @param data What they are told.
   */
  emit(name: string, data?: unknown): Promise<void>;
  /**
   * Show a widget on every dashboard until the plugin stops. Takes `ui:render`.
   *
   * @param options.component `Text`, `Stat`, `List`, `Chart`, or a name of its own.
   * @param options.props What the component shows.
   * @param options.id Unique within the plugin.
   * @param options.title Heading of the card.
   */
  renderWidget(options: { component: string; props?: Record<string, unknown>; id?: string; title?: string }): Promise<{ id: string }>;
  /** `plugin.api.audit`. */
  readonly audit: AuditApi;
  /** `plugin.api.users`. */
  readonly users: UsersApi;
  /** `plugin.api.config`. */
  readonly config: ConfigApi;
  /** `plugin.api.billing`. */
  readonly billing: BillingApi;
  /** Call any method of the gateway by its name, such as `events.emit`. */
  call(method: string, params?: object): Promise<unknown>;
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

/** `plugin.api.users`. */
export interface UsersApi {
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
  entries(options: { userId?: string; after?: string; limit?: number }): Promise<t.LedgerEntry[]>;
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

