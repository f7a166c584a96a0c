import { message, type SlackMessage, section } from "./block-kit.ts";
import { codeBlock, codeLine, link, prose } from "./untrusted.ts";

/** An alarm of CloudWatch that has changed, as SNS sends it. */
export interface AlarmChange {
  readonly name: string;
  readonly description: string;
  readonly state: "ALARM" | "OK";
  /** Why CloudWatch says so. */
  readonly reason: string;
  /** ISO 8601. */
  readonly time: string;
}

/** Reads the message that CloudWatch gives to SNS; `undefined` for anything else, and for an alarm without data. */
export function parseAlarm(value: unknown): AlarmChange | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { AlarmName, AlarmDescription, NewStateValue, NewStateReason, StateChangeTime } = value as Record<
    string,
    unknown
  >;
  if (typeof AlarmName !== "string" || typeof StateChangeTime !== "string") return undefined;
  if (NewStateValue !== "ALARM" && NewStateValue !== "OK") return undefined;
  return {
    name: AlarmName,
    description: typeof AlarmDescription === "string" ? AlarmDescription : "",
    state: NewStateValue,
    reason: typeof NewStateReason === "string" ? NewStateReason : "",
    time: StateChangeTime,
  };
}

/** What stands for an alarm in a digest. */
export function alarmTitle({ name, state }: AlarmChange): string {
  return state === "ALARM" ? `🔔 ${prose(name, 250)}` : `✅ Over: ${prose(name, 250)}`;
}

/** The Slack message for an alarm: what its description says, with the command to copy. */
export function renderAlarm(alarm: AlarmChange): SlackMessage {
  const title = alarmTitle(alarm);
  if (alarm.state === "OK") return message(title, [section(title)]);
  const lines = alarm.description.split("\n").map((line) => {
    const [, label = "", rest = ""] = /^(Next|Runbook): (.*)$/.exec(line) ?? [];
    if (label === "Next") return codeBlock([codeLine(rest, 1_000)]);
    if (label === "Runbook")
      return link(rest, "Runbook") === "Runbook" ? `Runbook: ${prose(rest, 300)}` : link(rest, "Runbook");
    return prose(line, 800);
  });
  return message(title, [section([`*${title}*`, ...lines].join("\n"))]);
}
