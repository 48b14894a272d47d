import type {
  AuthSuccess,
  Block,
  CommandReply,
  CommandTyped,
  JobDue,
  Plugin,
  RouteResponse,
} from "@plexihub/sdk";

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
let counts = DAYS.map(() => 0);
/** Where `/digest` was typed last: there the job writes, too. */
let channelId = "";

function digest(): Block[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return [
    { type: "text", text: `**The week in numbers:** ${total} sign-ins` },
    { type: "chart", kind: "bar", title: "Sign-ins by day", labels: DAYS, values: counts },
  ];
}

export default {
  hooks: {
    onAuthSuccess(_context: AuthSuccess): void {
      const day = (new Date().getDay() + 6) % DAYS.length;
      counts[day] = (counts[day] ?? 0) + 1;
    },

    onCommand(context: CommandTyped): CommandReply {
      channelId = context.channelId;
      return { visible: "all", text: "The weekly digest", blocks: digest() };
    },

    async onJob(_context: JobDue, plugin: Plugin): Promise<string> {
      if (!channelId) return "Nobody typed /digest yet, so there is no channel to write in.";
      // For nobody: an administrator types `/plugin add weekly-digest` in that channel.
      await plugin.api.messages.post({
        channelId,
        text: "The weekly digest",
        blocks: digest(),
      });
      counts = DAYS.map(() => 0);
      return "Written.";
    },

    onRequest(): RouteResponse {
      const lines = DAYS.map((day, index) => `${day},${counts[index]}`);
      return {
        headers: { "Content-Type": "text/csv" },
        body: ["day,signIns", ...lines, ""].join("\n"),
      };
    },
  },
};
