/** Asks the hub with more than a message may hold, by length or by depth. */
const nest = (levels: number): unknown => levels === 0 ? [] : [nest(levels - 1)];

export default {
  id: "asks-too-much",
  version: "1.0.0",
  permissions: ["events:emit"],
  hooks: {
    // deno-lint-ignore no-explicit-any
    async onActionExecute(context: any, plugin: any) {
      const data = context.action === "long" ? "x".repeat(5_000_000) : nest(70);
      const asked = plugin.api.emit("noise", { data: context.action === "" ? "" : data });
      return { result: await asked.then(() => "answered", (no: { code: string }) => no.code) };
    },
  },
};
