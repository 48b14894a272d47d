import type {
  ActionExecute,
  ActionResult,
  CommandReply,
  CommandTyped,
  Plugin,
} from "@plexihub/sdk";
import { type Poll, readPoll, shown, vote } from "./poll.ts";

const DAYS_30 = 30 * 24 * 3600;
const TRIES = 5;

/** Change a stored poll; two who vote at one time both count. */
async function change(
  plugin: Plugin,
  id: string,
  by: (poll: Poll) => void,
): Promise<Poll | null> {
  const { storage } = plugin.api;
  for (let attempt = 1;; attempt++) {
    const entry = await storage.entry(`poll-${id}`);
    if (entry === null) return null;
    const poll = entry.value as Poll;
    by(poll);
    try {
      const json = JSON.parse(JSON.stringify(poll));
      await storage.set(entry.key, json, { ifVersion: entry.version, ttl: DAYS_30 });
      return poll;
    } catch (error) {
      const isTaken = error instanceof PlexiHubError && error.code === "conflict";
      if (!isTaken || attempt === TRIES) throw error;
    }
  }
}

export default {
  hooks: {
    async onCommand(
      { text, userId }: CommandTyped,
      plugin: Plugin,
    ): Promise<CommandReply | string> {
      const poll = readPoll(text, userId);
      if (poll === null) {
        return "Write a question and two to eight answers: `/poll Tea or coffee? | Tea | Coffee`";
      }
      await plugin.api.storage.set(`poll-${poll.id}`, { ...poll }, { ttl: DAYS_30 });
      return { visible: "all", text: poll.question, blocks: shown(poll) };
    },

    async onActionExecute(
      { action, context }: ActionExecute,
      plugin: Plugin,
    ): Promise<ActionResult | null> {
      // Only a click in a message was checked by the hub: who may click, and which buttons there are.
      if (context.source !== "message") return null;
      const [id = "", answer] = String(context.value).split("/");
      const person = String(context.userId);
      const poll = await change(plugin, id, (poll) => {
        if (action === "vote") vote(poll, person, Number(answer));
        if (action === "close" && person === poll.by) poll.closed = true;
      });
      if (poll === null) return { result: "This poll is too old: it takes no votes any more." };
      if (action === "close" && person !== poll.by) {
        return { result: "Only who asked can close a poll." };
      }
      const metadata = { votes: Object.keys(poll.votes).length };
      const result = action === "close" ? "The poll is closed." : null;
      return { result, metadata, blocks: shown(poll) };
    },
  },
};
