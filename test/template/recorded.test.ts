import { parse, render } from "@specdrop/template";
import { expect, test } from "vitest";
import { type Recording, readShared } from "./recordings.ts";

const recordings = readShared<Recording>("velocity/recorded.json");

/** Recordings set their variables by the first lines of the template. */
function withVariables({ template, variables }: Recording): string {
  const names = Object.keys(variables).map((name) => `#set($${name} = $bodyJSON.${name})`);
  return `#set($bodyJSON = $util.parseJson($input.body))${names.join(" ")}\n${template}`;
}

test.skipIf(recordings.length === 0)("every recording of API Gateway is rendered to the letter", () => {
  const wrong: unknown[] = [];
  for (const recording of recordings) {
    const text = render(parse(withVariables(recording)), { body: JSON.stringify(recording.variables) });
    const shown = recording.ignoreWhitespace ? text.replace(/\s+/g, " ").trim() : text;
    const isSame =
      typeof recording.rendered === "string"
        ? shown === recording.rendered
        : JSON.stringify(JSON.parse(shown)) === JSON.stringify(recording.rendered);
    if (!isSame) wrong.push({ name: recording.name, shown, wanted: recording.rendered });
  }
  expect(wrong).toEqual([]);
});
