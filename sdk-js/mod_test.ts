/** The types fit the plugins that are documented. */

import "./globals.ts";
import hello from "../examples/sandboxed/hello-world.ts";
import pulse from "../examples/sandboxed/team-pulse/main.ts";
import type { Awaitable, HookContext, PluginDefinition } from "@plexihub/sdk";

type Documented = { hooks: { onDashboardLoad(context: HookContext): Awaitable<unknown> } };

Deno.test("the documented plugin fits the types", async () => {
  const plugin: Documented = hello;
  const answer = await plugin.hooks.onDashboardLoad({ userId: "u", dashboardId: "d" });
  if (!JSON.stringify(answer).includes("Hello from plugin!")) throw new Error("no greeting");
});

Deno.test("the example with a manifest fits the types", () => {
  const plugin: PluginDefinition = pulse;
  const names = Object.keys(plugin.hooks ?? {});
  if (names.join() !== "onDashboardLoad,onAuthSuccess") throw new Error(names.join());
});
