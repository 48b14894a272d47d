/** A question, its answers, and who chose which. */

import type { Block, Button } from "@plexihub/sdk";

const MOST_ANSWERS = 8;
const LONGEST = 60;

export interface Poll {
  id: string;
  by: string;
  question: string;
  answers: string[];
  /** The index of the answer, by person. */
  votes: Record<string, number>;
  closed: boolean;
}

/** What was typed after `/poll`; null where it is no poll. */
export function readPoll(text: string, by: string): Poll | null {
  const [question, ...answers] = text.split("|").map((part) => part.trim()).filter(Boolean);
  if (!question || answers.length < 2 || answers.length > MOST_ANSWERS) return null;
  if (answers.some((answer) => answer.length > LONGEST) || question.length > 500) return null;
  const id = crypto.randomUUID().slice(0, 8);
  return { id, by, question, answers, votes: {}, closed: false };
}

export function vote(poll: Poll, person: string, answer: number): void {
  if (!poll.closed && answer in poll.answers) poll.votes[person] = answer;
}

/** The message: the question, a bar an answer, and the buttons while it is open. */
export function shown(poll: Poll): Block[] {
  const votes = Object.values(poll.votes);
  const bars = poll.answers.map((label, index): Block => {
    const count = votes.filter((one) => one === index).length;
    const hint = count === 1 ? "1 vote" : `${count} votes`;
    return { type: "progress", label, value: count, most: Math.max(votes.length, 1), hint };
  });
  const head: Block = { type: "text", text: `**${poll.question}**` };
  if (poll.closed) return [head, ...bars, { type: "note", text: "This poll is closed." }];
  const answers = poll.answers.map((label, index): Button => ({
    action: "vote",
    label,
    value: `${poll.id}/${index}`,
  }));
  const close: Button = { action: "close", label: "Close poll", value: poll.id, style: "danger" };
  return [head, ...bars, { type: "buttons", buttons: [...answers, close] }];
}
