import type { Author } from "@specdrop/ledger/history-entry";
import type { DocumentRecord } from "@specdrop/ledger/port";
import type { Sentence } from "../state.ts";
import { WHO } from "../words.ts";

/** Who wrote a revision, as far as somebody said so: never guessed. `key` is its object's. */
export function whoOf(by: Author | undefined, key: string, requester?: string): Sentence {
  const sent = /^events\/(?<account>[^/]+)\/(?<source>[^/]+)\//.exec(key)?.groups;
  if (sent !== undefined) return WHO.event(decoded(sent["source"] ?? ""), sent["account"] ?? "");
  switch (by?.from) {
    case "metadata":
      return WHO.metadata(by.actor, by.commit);
    case "account":
      return WHO.account(by.actor ?? "");
    case "service":
      return WHO.service(by.actor ?? "");
    default:
      return requester === undefined ? WHO.unknown : WHO.account(requester);
  }
}

/** Who brought the revision in force, or the last one. */
export function whoIn({ current, head }: DocumentRecord): Sentence {
  const { origin, source } = current ?? head;
  return whoOf(origin?.by, source.key, source.requester);
}

function decoded(source: string): string {
  try {
    return decodeURIComponent(source);
  } catch {
    return source;
  }
}
