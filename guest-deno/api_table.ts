/** The methods of `plugin.api`. Written by `make generate`; not edited by hand. */

// deno-fmt-ignore-file

/** Its place, the gateway's method, its parameters, and if one object has them. */
export type Row = readonly [string, string, readonly string[], boolean];

export const METHODS: readonly Row[] = [
  ["query", "data.query", ["sql", "params"], false],
  ["data.find", "data.find", ["model", "where", "order", "limit"], false],
  ["data.create", "data.create", ["model", "values"], false],
  ["data.save", "data.save", ["model", "id", "changes"], false],
  ["data.delete", "data.delete", ["model", "id"], false],
  ["emit", "events.emit", ["name", "data"], false],
  ["renderWidget", "ui.render_widget", ["component", "props", "id", "title"], true],
];
