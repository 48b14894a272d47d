/**
 * What a plugin says of itself in `plugin.json`. Written by `make generate`; not edited by hand.
 *
 * @module
 */

import type { Permission } from "./api.ts";
import type { TableDefinition } from "./api_types.ts";
import type { ScopedPermission } from "./mod.ts";

/** Code that runs at its times. */
export interface JobOffer {
  /** Unique within the plugin. */
  id: string;
  /** Five fields, such as `0 8 * * 1`. */
  cron?: string;
  /** Or the time from one run to the next. */
  seconds?: number;
  /** Of the cron line; UTC by default. */
  timezone?: string;
  /** For people; the id by default. */
  name?: string;
  /** What becomes of a run that is late since the hub was off; `run` by default. */
  missed?: "run" | "skip";
}

/** An address below `/api/v1/<plugin>`, for people who are signed in. */
export interface RouteOffer {
  /** Of the call. */
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `{name}` stands for one segment. */
  path: string;
  /** Shown in OpenAPI. */
  description?: string;
}

/** A word after a slash that people type in the chat. */
export interface CommandOffer {
  /** Without the slash. */
  name: string;
  /** What it does. */
  description: string;
  /** What may follow it. */
  hint?: string;
}

/** A button beside every message of the chat. */
export interface MessageActionOffer {
  /** The action that `onActionExecute` is called with. */
  id: string;
  /** Its name. */
  label: string;
  /** Name from the hub's icon set. */
  icon?: string;
}

/** The fields of `plugin.json`. */
export interface PluginManifest {
  /** Where the editor finds this schema; the hub does not look. */
  "$schema"?: string;
  /** Who the plugin is: lower-case letters, digits and single hyphens. */
  id: string;
  /** What people call it; made of the id where it is absent. */
  name?: string;
  /** Semantic version. */
  version: string;
  /** Who wrote it. */
  author?: string;
  /** What it does, one sentence. */
  description?: string;
  /** What it asks for; an administrator grants it. */
  permissions?: (Permission | ScopedPermission)[];
  /** Entry point and hooks may stand in here as well, instead of beside it. */
  manifest?: { entrypoint?: string; hooks?: string[] };
  /** The module that is loaded: a path inside the package. */
  entrypoint?: string;
  /** The hooks and events that it wants; those that its code has, where absent. */
  hooks?: string[];
  /** The API that it was written for; the hub speaks 1.0. */
  api?: number | string;
  /** Plugins that it cannot run without, and their versions. */
  dependencies?: Record<string, string>;
  /** Plugins that start before it, where they are there. */
  optionalDependencies?: Record<string, string>;
  /** JSON Schema of the plugin's own settings. */
  settings?: Record<string, unknown> | null;
  /** Tables of the plugin's own. */
  tables?: Record<string, TableDefinition> | null;
  /** Code that runs at its times. */
  jobs?: JobOffer[];
  /** An address below `/api/v1/<plugin>`, for people who are signed in. */
  routes?: RouteOffer[];
  /** A word after a slash that people type in the chat. */
  commands?: CommandOffer[];
  /** A button beside every message of the chat. */
  messageActions?: MessageActionOffer[];
}
