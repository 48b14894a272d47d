"""Rules about JavaScript and TypeScript, by their syntax tree."""
