import type { ResultEvent } from "@specdrop/events";
import { type NoticeOutcome, OUTCOMES, outcomeOf } from "./headline.ts";

/** Where results go: by the first rule that fits, or else to the default channel. */
export interface Routes {
  readonly defaultChannel: string;
  readonly rules: readonly RouteRule[];
  /** Where alarms are posted; without it they are not. */
  readonly alarmChannel?: string;
}

interface RouteRule {
  /** What the document's key begins with; any key without it. */
  readonly prefix?: string;
  /** Any outcome without it. */
  readonly outcomes?: readonly NoticeOutcome[];
  /** `null` tells nobody. */
  readonly channel: string | null;
}

/**
 * Reads the JSON text of a setting: an array of `{"prefix"?, "outcomes"?, "channel"}`. Throws an Error that says which
 * rule is wrong, and how. `isChannel` knows the channels there are.
 */
export function parseRules(text: string, isChannel: (name: string) => boolean): readonly RouteRule[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error("It is not JSON", { cause });
  }
  if (!Array.isArray(value)) throw new Error("It is not a JSON array of rules");
  return value.map((rule: unknown, index) => {
    const problem = problemOf(rule, isChannel);
    if (problem !== undefined) throw new Error(`Rule ${index + 1} ${problem}`);
    return rule as RouteRule;
  });
}

function problemOf(rule: unknown, isChannel: (name: string) => boolean): string | undefined {
  if (typeof rule !== "object" || rule === null || Array.isArray(rule)) return "is not a JSON object";
  const { prefix, outcomes, channel, ...others } = rule as Readonly<Record<string, unknown>>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    return `has an unknown property "${unknown}"; the properties are prefix, outcomes and channel`;
  if (prefix !== undefined && typeof prefix !== "string") return "has a prefix that is not a text";
  if (outcomes !== undefined) {
    if (!Array.isArray(outcomes) || outcomes.length === 0) return "has outcomes that are not a list of at least one";
    const wrong = outcomes.find((outcome) => !OUTCOMES.includes(outcome));
    if (wrong !== undefined)
      return `has the unknown outcome ${JSON.stringify(wrong)}; the outcomes are ${OUTCOMES.join(", ")}`;
  }
  if (channel === null) return undefined;
  if (typeof channel !== "string") return "has no channel: write a name, or null to mute it";
  return isChannel(channel) ? undefined : `has the channel ${JSON.stringify(channel)}, which is not a Slack channel`;
}

/** `undefined` where nobody is to be told. */
export function channelFor({ rules, defaultChannel }: Routes, event: ResultEvent): string | undefined {
  const outcome = outcomeOf(event);
  const fitting = ({ prefix = "", outcomes = OUTCOMES }: RouteRule) =>
    event.detail.data.document.key.startsWith(prefix) && outcomes.includes(outcome);
  const rule = rules.find(fitting);
  return rule === undefined ? defaultChannel : (rule.channel ?? undefined);
}

/** Where a run's progress goes: to where its success would be told. */
export function channelForProgress({ rules, defaultChannel }: Routes, key: string): string | undefined {
  const rule = rules.find(
    ({ prefix = "", outcomes = OUTCOMES }) => key.startsWith(prefix) && outcomes.includes("applied"),
  );
  return rule === undefined ? defaultChannel : (rule.channel ?? undefined);
}

/** A channel as Slack's API takes it: its name, or its id. */
export function isSlackChannel(name: string): boolean {
  return /^(?:#?[\p{Ll}\p{Lo}\p{N}_-][\p{Ll}\p{Lo}\p{N}._-]{0,79}|[CGD][A-Z0-9]{8,})$/u.test(name);
}
