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
   * Call another machine, within the hosts that were granted. Takes `network:fetch`.
   *
   */
  fetch(url: string | URL, init?: t.FetchInit): Promise<t.Answer>;
  /**
   * Show a widget on every dashboard until the plugin stops. Takes `ui:render`.
   *
   * @param options.component `Text`, `Stat`, `List`, `Chart`, or a name of its own.
   * @param options.props What the component shows.
   * @param options.id Unique within the plugin.
   * @param options.title Heading of the card.
   */
  renderWidget(options: { component: string; props?: Record<string, unknown>; id?: string; title?: string }): Promise<{ id: string }>;
  /** `plugin.api.network`. */
  readonly network: NetworkApi;
  /** `plugin.api.audit`. */
  readonly audit: AuditApi;
  /** Call any method of the gateway by its name, such as `events.emit`. */
  call(method: string, params?: object): Promise<unknown>;
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

