/** The methods of `plugin.api`. Written by `make generate`; not edited by hand. */

// deno-fmt-ignore-file

/** Its place, the gateway's method, its parameters, and if one object has them. */
export type Row = readonly [string, string, readonly string[], boolean];

export const METHODS: readonly Row[] = [
  ["emit", "events.emit", ["name", "data"], false],
  ["renderWidget", "ui.render_widget", ["component", "props", "id", "title"], true],
  ["messages.post", "messages.post", ["channelId", "text", "blocks", "threadId"], true],
  ["messages.update", "messages.update", ["messageId", "text", "blocks"], true],
  ["audit.log", "audit.log", ["eventType", "action", "result", "userId", "resource", "severity", "metadata"], true],
];
