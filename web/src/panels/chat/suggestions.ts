/** What may follow what one is typing: a command after a slash, a person after an at. Pure. */

import type { Author, Command } from "../../data/types.ts";

export interface Suggestion {
  /** What it puts in place of what was typed. */
  value: string;
  label: string;
  detail: string;
}

export interface Suggestions {
  from: number;
  to: number;
  items: Suggestion[];
}

const MOST = 8;

function commandsFor(typed: string, commands: readonly Command[]): Suggestion[] {
  return commands
    .filter(({ name }) => name.startsWith(typed.toLowerCase()))
    .map(({ name, hint, description }) => ({
      value: `/${name} `,
      label: hint ? `/${name} ${hint}` : `/${name}`,
      detail: description,
    }));
}

function peopleFor(typed: string, people: readonly Author[]): Suggestion[] {
  const start = typed.toLowerCase();
  const fits = (text: string) => text.toLowerCase().startsWith(start);
  return people
    .filter(({ username, display_name }) => fits(username) || display_name.split(" ").some(fits))
    .map(({ username, display_name }) => ({
      value: `@${username} `,
      label: `@${username}`,
      detail: display_name,
    }));
}

/** The suggestions at the caret, or null where there is nothing to suggest. */
export function suggest(
  text: string,
  caret: number,
  commands: readonly Command[],
  people: readonly Author[],
): Suggestions | null {
  const before = text.slice(0, caret);
  const command = /^\/([a-z0-9-]*)$/i.exec(before);
  const person = /(?:^|[\s(])@([a-z0-9._-]*)$/i.exec(before);
  const items = command
    ? commandsFor(command[1]!, commands)
    : person
    ? peopleFor(person[1]!, people)
    : [];
  if (items.length === 0) return null;
  const typed = command ? command[1]! : person![1]!;
  return { from: caret - typed.length - 1, to: caret, items: items.slice(0, MOST) };
}

/** Whether a text is meant as a command; two slashes write one. */
export function isCommand(text: string): boolean {
  return /^\/(?!\/)\S/.test(text);
}

/** A message without the slash that says it is no command. */
export function asMessage(text: string): string {
  return text.startsWith("//") ? text.slice(1) : text;
}
