import type { AuthSuccess, DashboardLoad, Plugin } from "@plexihub/sdk";
import { DAYS, Week } from "./week.ts";

const week = new Week();

export default {
  hooks: {
    onDashboardLoad(_context: DashboardLoad) {
      const people = week.people.size === 1 ? "one person" : `${week.people.size} people`;
      return {
        customWidgets: [
          {
            id: "sign-ins",
            component: "Stat",
            title: "Sign-ins",
            props: { label: "since the hub started", value: week.total, hint: people },
          },
          {
            id: "by-day",
            component: "Chart",
            title: "Sign-ins by day",
            props: { kind: "bar", labels: DAYS, values: week.counts },
          },
        ],
      };
    },

    async onAuthSuccess({ userId }: AuthSuccess, plugin: Plugin) {
      week.add(userId, new Date());
      await plugin.api.emit("pulse", { total: week.total });
    },
  },
};
