/** What `@plexihub/sdk` is inside the sandbox: the values it exports; its types are erased. */

export { PermissionDenied, PlexiHubError, Veto } from "./errors.ts";
export { pluginRegistry } from "./registry.ts";
export { SecurityEventType, securityAuditLogger } from "./security.ts";
