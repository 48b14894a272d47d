/** The methods of `plugin.api`. Written by `make generate`; not edited by hand. */

// deno-fmt-ignore-file

/** Its place, the gateway's method, what is given by place, if an object follows. */
export type Row = readonly [string, string, readonly string[], boolean];

export const METHODS: readonly Row[] = [
  ["emit", "events.emit", ["name", "data"], false],
  ["renderWidget", "ui.render_widget", [], true],
  ["messages.post", "messages.post", [], true],
  ["messages.update", "messages.update", [], true],
  ["audit.log", "audit.log", [], true],
  ["admin.users.list", "users.list", [], false],
  ["admin.users.create", "users.create", [], true],
  ["admin.users.disable", "users.disable", ["userId"], false],
  ["config.get", "config.get", ["key"], false],
  ["config.list", "config.list", [], false],
  ["config.set", "config.set", ["key", "value"], false],
  ["billing.entries", "billing.entries", [], true],
  ["billing.charge", "billing.charge", [], true],
  ["billing.refund", "billing.refund", [], true],
  ["settings.get", "settings.get", [], false],
  ["storage.get", "storage.get", ["key"], false],
  ["storage.entry", "storage.entry", ["key"], false],
  ["storage.set", "storage.set", ["key", "value"], true],
  ["storage.delete", "storage.delete", ["key"], true],
  ["storage.list", "storage.list", [], true],
  ["storage.increment", "storage.increment", ["key"], true],
  ["storage.mine.get", "storage.mine.get", ["key"], false],
  ["storage.mine.entry", "storage.mine.entry", ["key"], false],
  ["storage.mine.set", "storage.mine.set", ["key", "value"], true],
  ["storage.mine.delete", "storage.mine.delete", ["key"], true],
  ["storage.mine.list", "storage.mine.list", [], true],
  ["storage.mine.increment", "storage.mine.increment", ["key"], true],
  ["sandbox.create", "sandbox.create", [], true],
  ["sandbox.call", "sandbox.call", [], true],
  ["sandbox.close", "sandbox.close", ["id"], false],
];
