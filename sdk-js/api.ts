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
   * Read with one SELECT what belongs to the person it works for. Takes `data:read`.
   *
   * @param sql With `$1`, `$2` and so on in the place of values.
   * @param params The values, in this order.
   */
  query(sql: string, params?: t.Value[]): Promise<t.Row[]>;
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
  /** `plugin.api.data`. */
  readonly data: DataApi;
  /** Call any method of the gateway by its name, such as `events.emit`. */
  call(method: string, params?: object): Promise<unknown>;
}

/** `plugin.api.data`. */
export interface DataApi {
  /**
   * Read rows of one model that belong to the person it works for. Takes `data:read`.
   *
   * @param model Its name among what can be read, such as `messages`.
   * @param where Columns and their values.
   * @param order A column; `-` before it puts the largest first.
   * @param limit The most rows, 1 to 1000; 100 when left out.
   */
  find(model: string, where?: t.Where, order?: string, limit?: number): Promise<t.Row[]>;
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

