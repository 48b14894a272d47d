import { lockdown } from "./lockdown.ts";
import { refuses, same } from "./testing.ts";

Deno.test("what is not listed goes, what is given stays as it is", () => {
  const scope: Record<string, unknown> = { Deno: 1, fetch: 2, URL: 3, brandNew: 4 };
  Object.defineProperty(scope, "stubborn", { value: 5, writable: true, configurable: false });
  lockdown(scope, { plugin: 6 });
  same(Object.keys(scope), ["URL"]);
  same([scope.stubborn, scope.plugin], [undefined, 6]);
  refuses(() => scope.plugin = 7, /read only/);
});

Deno.test("a global that cannot be taken away keeps the plugin out", () => {
  const scope = Object.defineProperty({}, "fetch", { value: 1 });
  refuses(() => lockdown(scope, {}), /fetch cannot be removed/);
});
