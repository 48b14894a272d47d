import type { Plugin } from "@plexihub/sdk";

export default {
  hooks: {
    onDashboardLoad: async (_context: unknown, plugin: Plugin) => ({
      people: (await plugin.api.admin.users.list()).length,
    }),
  },
};
