import type { ActionExecute, ActionResult, CommandReply, CommandTyped } from "@plexihub/sdk";
import { type Poll, readPoll, shown, vote } from "./poll.ts";

const polls = new Map<string, Poll>();
const MOST_POLLS = 200;

function keep(poll: Poll): void {
  polls.set(poll.id, poll);
  const oldest = polls.keys().next().value;
  if (polls.size > MOST_POLLS && oldest !== undefined) polls.delete(oldest);
}

export default {
  hooks: {
    onCommand({ text, userId }: CommandTyped): CommandReply | string {
      const poll = readPoll(text, userId);
      if (poll === null) {
        return "Write a question and two to eight answers: `/poll Tea or coffee? | Tea | Coffee`";
      }
      keep(poll);
      return { visible: "all", text: poll.question, blocks: shown(poll) };
    },

    onActionExecute({ action, context }: ActionExecute): ActionResult | null {
      const [id, answer] = String(context.value ?? "").split("/");
      const poll = polls.get(id ?? "");
      if (action !== "vote" && action !== "close") return null;
      if (poll === undefined) return { result: "This poll is too old: it takes no votes any more." };
      const person = String(context.userId);
      if (action === "close") {
        if (person !== poll.by) return { result: "Only who asked can close a poll." };
        poll.closed = true;
        return { result: "The poll is closed.", blocks: shown(poll) };
      }
      vote(poll, person, Number(answer));
      return { metadata: { votes: poll.votes.size }, blocks: shown(poll) };
    },
  },
};
