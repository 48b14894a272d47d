const RULES: [RegExp, string][] = [
  [/\*\*(.+?)\*\*/g, "<b>$1</b>"],
  [/_(.+?)_/g, "<i>$1</i>"],
];

export const render = (text: string) =>
  RULES.reduce((html, [from, to]) => html.replace(from, to), text);
