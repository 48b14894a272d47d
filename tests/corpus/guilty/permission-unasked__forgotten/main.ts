import type { Plugin } from "@plexihub/sdk";

export default {
  hooks: {
    async onDashboardLoad(_context: unknown, plugin: Plugin) {
      const { storage } = plugin.api;
      await storage.set("seen", Date.now()); // caught
      return {};
    },
  },
};
