import { deepEqual } from "node:assert/strict";
import type { Setting, Settings } from "../../data/types.ts";
import { grouped } from "./group.ts";

function setting(key: string, owner = "core"): Setting {
  return { key, owner, title: "", doc: "", choices: [] as string[] } as Setting;
}

const all: Settings = {
  items: [
    setting("greeter.tone", "greeter"),
    setting("http.host"),
    setting("http.port"),
    setting("name"),
    setting("greeter.word", "greeter"),
  ],
  sections: [
    { id: "greeter", title: "Greetings", doc: "", keys: ["greeter.word", "greeter.tone"] },
  ],
  next: null,
};

function shown(search = ""): [string, string[]][] {
  return grouped(all, search).map((one) => [one.title, one.settings.map(({ key }) => key)]);
}

Deno.test("the hub's groups come first, then the plugins' in the order of their schema", () => {
  deepEqual(shown(), [
    ["general", ["name"]],
    ["http", ["http.host", "http.port"]],
    ["Greetings", ["greeter.word", "greeter.tone"]],
  ]);
});

Deno.test("a search keeps what has every word, and whole groups by their name", () => {
  deepEqual(shown("PORT"), [["http", ["http.port"]]]);
  deepEqual(shown("greet word"), [["Greetings", ["greeter.word"]]]);
  deepEqual(shown("http"), [["http", ["http.host", "http.port"]]]);
  deepEqual(shown("nothing"), []);
});
