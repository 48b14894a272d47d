/** Asks the hub for more at once than it may. */
export default {
  id: "request-flood",
  version: "1.0.0",
  permissions: ["events:emit"],
  hooks: {
    // deno-lint-ignore no-explicit-any
    async onDashboardLoad(_context: unknown, plugin: any) {
      const asked = Array.from({ length: 200 }, () => plugin.api.emit("noise", {}));
      const answers = await Promise.allSettled(asked);
      const refused = answers.filter((answer) => answer.status === "rejected");
      return { kept: answers.length - refused.length, code: refused[0]?.reason.code };
    },
  },
};
