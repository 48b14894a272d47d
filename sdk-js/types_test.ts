/** What the types refuse: each line below an expectation is an error, and none of the others is. */

import type { Permission, PluginDefinition } from "@plexihub/sdk";

/** Where a plugin is written, an editor completes from this. */
function define(plugin: PluginDefinition): PluginDefinition {
  return plugin;
}

Deno.test("hooks, payloads and permissions that there are fit", () => {
  const plugin = define({
    id: "right",
    permissions: ["messages:moderate", { name: "network:fetch", hosts: ["api.example.com"] }],
    hooks: {
      "message.creating": (draft) => ({ text: draft.text.trim() }),
      async onActionExecute({ action }, { api }) {
        await api.storage.set("last", action, { ttl: 60 });
        return { result: action };
      },
      onDashboardLoad: ({ userId }) => ({
        customWidgets: [{ id: "hi", component: "Text", props: { text: userId } }],
      }),
      "plugin.other.told": (data: { times: number }) => data.times,
    },
  });
  if (plugin.id !== "right") throw new Error("not what was defined");
});

Deno.test("what there is not is an error while one writes", () => {
  // @ts-expect-error: no such permission
  const permission: Permission = "message:moderate";
  const wrong = [
    // @ts-expect-error: no such permission
    define({ permissions: ["network:fetsh"] }),
    // @ts-expect-error: no such field of a scope
    define({ permissions: [{ name: "network:fetch", host: ["api.example.com"] }] }),
    // @ts-expect-error: no such field
    define({ permisions: [] }),
    // @ts-expect-error: no such hook of the sandbox
    define({ hooks: { onDashboardLoaded: () => null } }),
    // @ts-expect-error: no such hook of the catalogue
    define({ hooks: { "message.create": () => null } }),
    // @ts-expect-error: no such field of the payload
    define({ hooks: { "message.creating": (draft) => ({ text: draft.txt }) } }),
    // @ts-expect-error: an answer of another type
    define({ hooks: { "message.creating": () => ({ text: 7 }) } }),
    // @ts-expect-error: no such field of the context
    define({ hooks: { onDashboardLoad: ({ user }) => void user } }),
    // @ts-expect-error: a widget without a component
    define({ hooks: { onDashboardLoad: () => ({ customWidgets: [{ id: "hi" }] }) } }),
    // @ts-expect-error: no such method
    define({ hooks: { onJob: (_, { api }) => api.storage.put("a", 1) } }),
    // @ts-expect-error: a key is text
    define({ hooks: { onJob: (_, { api }) => api.storage.set(1, 1) } }),
  ];
  if (permission.length === 0 || wrong.length !== 11) throw new Error("a case is missing");
});
