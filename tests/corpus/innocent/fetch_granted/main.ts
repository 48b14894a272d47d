import type { Plugin } from "@plexihub/sdk";

const SERVER = "https://api.weather.example";

export default {
  hooks: {
    async onDataFetch(context: { query: string }, plugin: Plugin) {
      const answer = await plugin.api.fetch(`${SERVER}/days?city=${context.query}`);
      return { data: await answer.json() };
    },
  },
};
