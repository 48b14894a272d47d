/** The methods of `plugin.api`. Written by `make generate`; not edited by hand. */

// deno-fmt-ignore-file

/** Its place, the gateway's method, its parameters, and if one object has them. */
export type Row = readonly [string, string, readonly string[], boolean];

export const METHODS: readonly Row[] = [
  ["emit", "events.emit", ["name", "data"], false],
  ["fetch", "network.fetch", ["url", "method", "headers", "body", "base64", "json", "redirect"], false],
  ["network.read", "network.read", ["handle"], false],
  ["network.close", "network.close", ["handle"], false],
  ["renderWidget", "ui.render_widget", ["component", "props", "id", "title"], true],
  ["audit.log", "audit.log", ["eventType", "action", "result", "userId", "resource", "severity", "metadata"], true],
];
