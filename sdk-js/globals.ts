/**
 * What every sandboxed plugin finds without importing it. Name this file in `compilerOptions.types`
 * (or import it for its effect) so that an editor knows as well.
 *
 * @module
 */

import type * as sdk from "./mod.ts";

declare global {
  /** The plugin's view of the hub. */
  const plugin: sdk.Plugin;
  /** What a hook is handed first. */
  type HookContext = sdk.HookContext;
  /** The hub's way to say no. */
  const PermissionDenied: typeof sdk.PermissionDenied;
  /** Any other error of the hub's. */
  const PlexiHubError: typeof sdk.PlexiHubError;
  /** Refuses an operation. */
  const Veto: typeof sdk.Veto;
  /** Puts what the plugin says on record, in its own name. */
  const securityAuditLogger: typeof sdk.securityAuditLogger;
  /** Names for what it says. */
  const SecurityEventType: typeof sdk.SecurityEventType;
  /** A sandbox within the sandbox. */
  const PluginSandbox: typeof sdk.PluginSandbox;
}
