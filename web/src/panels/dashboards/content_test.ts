import { deepEqual, equal } from "node:assert/strict";
import { readContent, writeContent } from "./content.ts";

Deno.test("what is typed becomes what a widget shows, and comes back to be edited", () => {
  const typed = {
    Text: "one\n two",
    Stat: "12\nopen tickets",
    List: "a\nb",
    Chart: "Mon 3\nTue 4.5",
  };
  for (const [component, text] of Object.entries(typed)) {
    equal(writeContent(component, readContent(component, text)), text);
  }
  deepEqual(readContent("Chart", "Mon: 3\nno number\n7"), {
    kind: "bar",
    labels: ["Mon", "no number", "3"],
    values: [3, 0, 7],
  });
});
