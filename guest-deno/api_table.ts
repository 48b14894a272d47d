/** The methods of `plugin.api`. Written by `make generate`; not edited by hand. */

// deno-fmt-ignore-file

/** Its place, the gateway's method, what is given by place, if an object follows. */
export type Row = readonly [string, string, readonly string[], boolean];

export const METHODS: readonly Row[] = [
  ["query", "data.query", ["sql", "params"], false],
  ["data.find", "data.find", ["model", "where"], true],
  ["data.create", "data.create", ["model", "values"], false],
  ["data.save", "data.save", ["model", "id", "changes"], false],
  ["data.delete", "data.delete", ["model", "id"], false],
  ["emit", "events.emit", ["name", "data"], false],
  ["fetch", "network.fetch", ["url"], true],
  ["network.read", "network.read", ["handle"], false],
  ["network.close", "network.close", ["handle"], false],
  ["renderWidget", "ui.render_widget", [], true],
  ["messages.post", "messages.post", [], true],
  ["messages.update", "messages.update", [], true],
  ["audit.log", "audit.log", [], true],
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
  ["tables.find", "tables.find", ["table"], true],
  ["tables.count", "tables.count", ["table"], true],
  ["tables.insert", "tables.insert", ["table", "values"], false],
  ["tables.update", "tables.update", ["table", "where", "changes"], false],
  ["tables.delete", "tables.delete", ["table", "where"], false],
  ["files.read", "files.read", ["path"], true],
  ["files.write", "files.write", ["path", "content"], true],
  ["files.list", "files.list", [], true],
  ["files.delete", "files.delete", ["path"], false],
  ["files.stat", "files.stat", ["path"], false],
  ["files.open", "files.open", ["id"], true],
];
