import type { Backend } from "@specdrop/template";
import type { TryDefinition } from "../state.ts";
import type { TryFields } from "./fields.ts";

/** A reply to begin with. */
export interface TrySample {
  readonly name: string;
  readonly fields: Partial<TryFields>;
}

const BODY = '{ "message": "Room \\"general\\" is closed" }';

/** Replies that the keys of an integration are made for. */
export function samplesFor(definitions: readonly TryDefinition[], backend: Backend | undefined): readonly TrySample[] {
  if (backend === "lambda") {
    return [
      { name: "returned", fields: { outcome: "returned", body: BODY } },
      ...wordsIn(definitions).map(
        (word): TrySample => ({ name: `threw: ${word}`, fields: { outcome: "threw", errorMessage: word } }),
      ),
    ];
  }
  const statuses = new Set(["200", ...definitions.flatMap(({ IntegrationResponseKey: key }) => statusOf(key) ?? [])]);
  return [
    ...[...statuses].sort().map((status): TrySample => ({ name: `${status}, a body`, fields: { status, body: BODY } })),
    { name: "500, no body", fields: { status: "500", body: "" } },
  ];
}

/** A status that a key such as `/4\d\d/` or `/404/` takes. */
function statusOf(key: string): string | undefined {
  const [, first, rest] = /^\/([1-5])((?:\\d|\d|\.|\[0-9\]){2})\/$/.exec(key) ?? [];
  if (first === undefined || rest === undefined) return undefined;
  return first + (/^\d\d$/.test(rest) ? rest : rest.replace(/\\d|\.|\[0-9\]/, "0").replace(/\\d|\.|\[0-9\]/, "3"));
}

/** Words that keys such as `/.*not found.*\/` look for. */
function wordsIn(definitions: readonly TryDefinition[]): readonly string[] {
  return definitions
    .flatMap(({ IntegrationResponseKey: key }) => /^\/\.\*([\w ,-]+)\.\*\/$/.exec(key)?.[1] ?? [])
    .slice(0, 4);
}
