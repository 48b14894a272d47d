/** The methods of `plugin.api`. Written by `make generate`; not edited by hand. */

// deno-fmt-ignore-file

/** Its place, the gateway's method, its parameters, and if one object has them. */
export type Row = readonly [string, string, readonly string[], boolean];

export const METHODS: readonly Row[] = [
  ["emit", "events.emit", ["name", "data"], false],
  ["renderWidget", "ui.render_widget", ["component", "props", "id", "title"], true],
  ["audit.log", "audit.log", ["eventType", "action", "result", "userId", "resource", "severity", "metadata"], true],
  ["users.list", "users.list", [], false],
  ["users.create", "users.create", ["username", "password", "displayName"], true],
  ["users.disable", "users.disable", ["userId"], false],
  ["config.get", "config.get", ["key"], false],
  ["config.list", "config.list", [], false],
  ["config.set", "config.set", ["key", "value"], false],
  ["billing.entries", "billing.entries", ["userId", "after", "limit"], true],
  ["billing.charge", "billing.charge", ["userId", "cents", "reference", "currency", "note"], true],
  ["billing.refund", "billing.refund", ["chargeId", "reference", "cents", "note"], true],
];
