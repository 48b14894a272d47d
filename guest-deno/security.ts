/** `securityAuditLogger` and `SecurityEventType`: the plugin's own word in the hub's audit. */

import { ObjectFreeze } from "./primordials.ts";
import type { Plugin } from "./api.ts";

/** Names for what happened; any other `noun.verb` does as well. */
export const SecurityEventType = ObjectFreeze({
  PLUGIN_EXECUTION: "plugin.execution",
  PERMISSION_DENIED: "permission.denied",
  DATA_ACCESS: "data.access",
  DATA_CHANGE: "data.change",
  NETWORK_REQUEST: "network.request",
  AUTHENTICATION: "user.authentication",
  SUSPICIOUS_ACTIVITY: "activity.suspicious",
});

/** Puts what the plugin says on record, under the plugin's own name. */
export const securityAuditLogger = ObjectFreeze({
  log(entry: object): Promise<unknown> {
    // The fixed global: by the time that a plugin calls this, it is there.
    const { plugin } = globalThis as unknown as { plugin: Plugin };
    return plugin.api.call("audit.log", { ...entry });
  },
});
