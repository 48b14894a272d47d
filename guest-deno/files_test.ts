import { keep, keepNoMore } from "./files.ts";
import { refuses, same } from "./testing.ts";

Deno.test("a process that was started for one plugin keeps nothing", {
  permissions: { read: true },
}, () => {
  refuses(() => keep({ type: "file", path: "/tmp/plexihub-none/main.ts", text: "" }), /write/);
});

Deno.test("files are kept, and then the right to write is gone", () => {
  const folder = Deno.makeTempDirSync();
  const path = `${folder}/plugin/lib/word.ts`;
  keep({ type: "file", path, text: "export {};" });
  same(Deno.readTextFileSync(path), "export {};");
  keepNoMore();
  refuses(() => Deno.writeTextFileSync(path, "changed"), /write/);
  refuses(() => Deno.removeSync(folder, { recursive: true }), /write/);
});
