/** Starter Kit: a card on every dashboard, and the command `/starter-kit`. */

import type { CommandTyped, DashboardLoad, Plugin } from "@plexihub/sdk";
import { greeting, toCount } from "./greeting.ts";

const COUNT = "greetings";

export default {
  hooks: {
    async onDashboardLoad(_context: DashboardLoad, plugin: Plugin) {
      const count = toCount(await plugin.api.storage.get(COUNT));
      return {
        customWidgets: [
          {
            id: "greetings",
            component: "Stat",
            title: "Starter Kit",
            props: { label: "greetings so far", value: count, hint: "write /starter-kit in a chat" },
          },
        ],
      };
    },

    async onCommand({ text }: CommandTyped, plugin: Plugin) {
      const count = toCount(await plugin.api.storage.get(COUNT)) + 1;
      await plugin.api.storage.set(COUNT, count);
      console.log(`greeting number ${count}`);
      return greeting(text, count);
    },
  },
};
