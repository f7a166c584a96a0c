import { type Diagnostic, START_OF_TEXT } from "@specdrop/spec";

const KNOWN = ["name", "document", "correlationId", "sequence"];

/** A warning for each property of a submission that specdrop does not know; `""` is one whose name is not repeated. */
export function unknownPropertyWarnings(names: readonly string[], file: string): readonly Diagnostic[] {
  return names.map((name) => {
    const meant = KNOWN.find((known) => known.toLowerCase() === name.toLowerCase().replaceAll(/[-_]/g, ""));
    return {
      code: "SD2901",
      severity: "warning",
      message: `The event's detail has ${name === "" ? "an unknown property" : `the unknown property ${name}`}. It is ignored.`,
      file,
      range: START_OF_TEXT,
      pointer: name === "" ? "" : `/${name}`,
      help: meant === undefined ? "Remove it, or correct its name." : `Write ${meant}.`,
    };
  });
}

/** The names as an object's metadata carry them to the event of that object. */
export const UNKNOWN_PROPERTIES = "event-unknown-properties";

export function readUnknownProperties(metadata: Readonly<Record<string, string>>): readonly string[] | undefined {
  return metadata[UNKNOWN_PROPERTIES]?.split(",");
}
