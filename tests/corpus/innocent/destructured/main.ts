import type { Plugin } from "@plexihub/sdk";

export default {
  hooks: {
    async onJob(_job: unknown, { api }: Plugin) {
      const { storage, messages } = api;
      const channelId = await storage.get("channel");
      await messages.post({ channelId: String(channelId), text: "A new week" });
    },
  },
};
