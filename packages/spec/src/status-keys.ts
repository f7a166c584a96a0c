import type { SpecDocument } from "./document.ts";
import type { Draft } from "./draft.ts";
import { type Reading, report } from "./node.ts";
import type { Text } from "./values.ts";
import { shown } from "./words.ts";
import { written } from "./written.ts";

/** Patterns that are meant for statuses: digits, classes of them, and what people write for "any digit". */
const STATUS_LIKE = /^(?=.*(?:\d|\\d))(?:[\dxX^$()[\]{}|.,?*+\-/ ]|\\d|\?:)+$/;
const MAX_LENGTH = 100;
const STATUSES = Array.from({ length: 500 }, (_, index) => String(100 + index));

/** The statuses that a pattern matches as a whole, and those in which it is found somewhere. */
interface Reach {
  readonly whole: ReadonlySet<string>;
  readonly part: ReadonlySet<string>;
}

const NOT_JUDGED = "not judged";
const reaches = new Map<string, Reach | typeof NOT_JUDGED>();
const MAX_KNOWN = 500;

/**
 * Warns about keys whose fit to statuses AWS does not document, or that fit none. Whether AWS matches all of a status or a
 * part of it is documented nowhere, so a key has to do the same either way.
 */
export function checkStatusKeys(reading: Reading, drafts: readonly Draft[], backend: SpecDocument["backend"]): void {
  const seen = new Map<string, Map<string, Draft>>();
  for (const draft of drafts) {
    const { IntegrationResponseKey: key } = draft;
    if (key === undefined) continue;
    const reach = reachOf(key.text);
    if (reach === undefined) continue;
    if (backend === "lambda") {
      if (reach.whole.size > 0) onLambda(reading, key);
      continue;
    }
    if (reach.part.size === 0) matchesNone(reading, key);
    else if (reach.part.size > reach.whole.size) fitsInPart(reading, key);
    matchesToo(reading, draft, key, reach, seen);
  }
}

/** Whether a key is a pattern for statuses: behind a Lambda function it never matches. */
export function isStatusKey(key: string): boolean {
  return (reachOf(key)?.whole.size ?? 0) > 0;
}

function reachOf(key: string): Reach | undefined {
  if (key.length < 3 || !key.startsWith("/") || !key.endsWith("/")) return undefined;
  const known = reaches.get(key) ?? findReach(key.slice(1, -1));
  if (reaches.size >= MAX_KNOWN) reaches.clear();
  reaches.set(key, known);
  return known === NOT_JUDGED ? undefined : known;
}

function findReach(pattern: string): Reach | typeof NOT_JUDGED {
  if (pattern.length > MAX_LENGTH || !STATUS_LIKE.test(pattern) || /[*+?}]\+/.test(pattern)) return NOT_JUDGED;
  try {
    const whole = new RegExp(`^(?:${pattern})$`);
    const part = new RegExp(pattern);
    return {
      whole: new Set(STATUSES.filter((status) => whole.test(status))),
      part: new Set(STATUSES.filter((status) => part.test(status))),
    };
  } catch {
    return NOT_JUDGED;
  }
}

function onLambda(reading: Reading, key: Text): void {
  say(
    reading,
    key,
    "SD3521",
    "is a pattern for statuses, but AWS matches the keys of a Lambda integration to errorMessage",
    {
      help: "Match the text of the error, as in /.*not found.*/; $default always takes a success.",
    },
  );
}

function matchesNone(reading: Reading, key: Text): void {
  const statuses = statusesMeant(key.text.slice(1, -1));
  const help = "Write a status such as /404/, or a class such as /4\\d\\d/.";
  const advice = statuses === undefined ? { help } : { suggestion: `/${statuses}/` };
  say(reading, key, "SD3522", "matches no status from 100 to 599", advice);
}

/**
 * The pattern that was meant by what people write for statuses: `200`, `4xx`, `200-299`, `200,404`, or a pattern already.
 * Undefined where it is something else, or would match no status.
 */
export function statusesMeant(text: string): string | undefined {
  // As a regular expression, that would be any number of fours.
  const wild = /^([1-5])\*$/.exec(text)?.[1];
  if (wild !== undefined) return `${wild}\\d\\d`;
  const reach = findReach(text);
  if (reach !== NOT_JUDGED && reach.whole.size > 0) return text;
  const parts = text.replace(/^[[(]|[\])]$/g, "").split(/\s*(?:,|\||\bor\b|\/)\s*/);
  const patterns = parts.map(statusMeant);
  return patterns.every((pattern) => pattern !== undefined) ? patterns.join("|") : undefined;
}

function statusMeant(part: string): string | undefined {
  if (/^[1-5]\d\d$/.test(part)) return part;
  const wild = /^([1-5])(?:xx|\*\*|__|\?\?)$/i.exec(part)?.[1];
  const digit = wild ?? /^([1-5])00\s*[-\u2013\u2014]\s*\1?99$/.exec(part)?.[1];
  return digit === undefined ? undefined : `${digit}\\d\\d`;
}

function fitsInPart(reading: Reading, key: Text): void {
  const pattern = key.text.slice(1, -1);
  const digits = /^\^?([1-5]\d?)$/.exec(pattern)?.[1];
  const range = pattern.startsWith("[") ? statusesMeant(pattern) : undefined;
  const statuses = digits?.padEnd(3, "_").replaceAll("_", "\\d") ?? range;
  const suggestion = statuses === undefined ? undefined : `/${statuses}/`;
  say(reading, key, "SD3523", "fits only a part of some statuses; AWS does not document whether that matches", {
    ...(suggestion === undefined
      ? { help: "Write a pattern for all three digits, such as /2\\d\\d/." }
      : { suggestion }),
  });
}

/** Which of two keys wins is documented nowhere. */
function matchesToo(
  reading: Reading,
  draft: Draft,
  key: Text,
  { whole }: Reach,
  seen: Map<string, Map<string, Draft>>,
): void {
  const integration = `${draft.ApiId?.text}|${draft.IntegrationId?.text}`;
  const first = seen.get(integration) ?? new Map<string, Draft>();
  seen.set(integration, first);
  const shared = [...whole].find((status) => first.has(status));
  const other = shared === undefined ? undefined : first.get(shared);
  for (const status of whole) if (!first.has(status)) first.set(status, draft);
  if (other === undefined || other.IntegrationResponseKey?.text === key.text) return;
  const what = `matches status ${shared}, and so does the key of ${shown(other.logicalId)}; AWS does not document which one wins`;
  say(reading, key, "SD3524", what, { help: "Change the keys so that no status matches both." });
}

function say(
  reading: Reading,
  key: Text,
  code: "SD3521" | "SD3522" | "SD3523" | "SD3524",
  what: string,
  { suggestion, help }: { readonly suggestion?: string; readonly help?: string },
): void {
  report(reading, key.node, {
    code,
    message: `The key ${shown(key.text)} ${what}`,
    pointer: key.pointer,
    ...(suggestion === undefined ? {} : { suggestion: written(reading, key.node.plain, suggestion) }),
    ...(help === undefined ? {} : { help }),
  });
}
