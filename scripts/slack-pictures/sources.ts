import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { Message } from "./page.ts";

const MESSAGES = new URL("../../test/slack/golden/", import.meta.url);
/** Where the pictures are, and what they show. */
export const PICTURES = new URL("../../docs/images/slack/", import.meta.url);
export const SOURCES = new URL("sources.json", PICTURES);

/** The messages that the tests hold the code to, by name. */
export function readMessages(): Readonly<Record<string, Message>> {
  const names = readdirSync(MESSAGES).sort();
  return Object.fromEntries(
    names.map((name) => [name.replace(/\.json$/, ""), JSON.parse(readFileSync(new URL(name, MESSAGES), "utf8"))]),
  );
}

/** What of a message a picture shows; one that differs has another hash. */
export function hashOf(message: Message): string {
  return createHash("sha256").update(JSON.stringify(message)).digest("hex").slice(0, 16);
}
