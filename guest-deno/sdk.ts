/** What `@plexihub/sdk` is inside the sandbox: the values it exports; its types are erased. */

export { PermissionDenied, PlexiHubError, Veto } from "./errors.ts";
export { pluginRegistry } from "./registry.ts";
export { PluginSandbox } from "./sandbox.ts";
export { securityAuditLogger, SecurityEventType } from "./security.ts";
