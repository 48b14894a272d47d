/** What `@plexihub/sdk` is inside the sandbox: the errors; its types are erased. */

export { PermissionDenied, PlexiHubError, Veto } from "./errors.ts";
export { pluginRegistry } from "./registry.ts";
