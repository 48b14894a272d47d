import { pluginRegistry, takeRegistered } from "./registry.ts";
import { refuses, same } from "./testing.ts";

Deno.test("a plugin registers itself once", () => {
  same(takeRegistered(), null);
  refuses(() => pluginRegistry.register("me" as unknown as object), /takes an object/);
  pluginRegistry.register({ id: "x" });
  same(takeRegistered(), { id: "x" });
  refuses(() => pluginRegistry.register({ id: "y" }), /once/);
});
