import type { LogLine, MetricLine, Stack } from "@specdrop/local/stack";
import { ALARMS, type Alarm, descriptionOf, ringingOf } from "../../infra/alarm-table.ts";
import { messagesOf } from "../infra/alarm-history.ts";
import { statusOf } from "./status.ts";

/** Something that was seen, in whole minutes since the incident began. */
export interface Seen {
  readonly minute: number;
  readonly where: "happens" | "slack" | "alarm" | "log" | "status";
  readonly text: string;
}

export interface SlackText {
  readonly minute: number;
  readonly text: string;
}

export interface Observed {
  readonly seen: readonly Seen[];
  /** Every message, and each of its edits, with all its text. */
  readonly slack: readonly SlackText[];
  readonly alarms: readonly {
    readonly minute: number;
    readonly id: string;
    readonly state: string;
    readonly next: string;
  }[];
  /** The results on the bus. */
  readonly results: readonly { readonly minute: number; readonly type: string; readonly documentId: string }[];
  readonly minutes: number;
}

const QUEUES: Readonly<Record<string, string>> = {
  Signals: "specdrop.fifo",
  SignalsDeadLetters: "specdrop-dead-letters.fifo",
  DelayedSignals: "specdrop-delayed",
  Notifications: "specdrop-notifications",
  IntakeFailures: "specdrop-intake-failures",
  NotifyFailures: "specdrop-notify-failures",
  DelayedSignalsFailures: "specdrop-delayed-failures",
  SweepFailures: "specdrop-sweep-failures",
};

/** Writes down what Slack, the alarms, the logs and `specdrop status` say, once it has begun. */
export function createObserver(now: () => number) {
  let since = Number.POSITIVE_INFINITY;
  const minuteOf = (time: number) => Math.floor((time - since) / 60_000);
  const metrics = new Map<string, Map<number, number>>();
  const errors = new Map<string, number>();
  const seen: Seen[] = [];
  const slack: SlackText[] = [];
  const told = new Map<string, string>();
  let lastStatus = "";

  function add(key: string, value: number, merge: (one: number, other: number) => number): void {
    const values = metrics.get(key) ?? new Map<number, number>();
    metrics.set(key, values);
    const minute = minuteOf(now());
    if (minute >= 0) values.set(minute, merge(values.get(minute) ?? 0, value));
  }

  function lookAtSlack(stack: Stack): void {
    for (const [index, message] of stack.slack.messages().entries()) {
      const text = textOf(message);
      const id = String(message["ts"] ?? index);
      const before = told.get(id);
      if (text === before) continue;
      told.set(id, text);
      const minute = minuteOf(before === undefined ? Date.parse(message.receivedAt) : now());
      if (minute < 0) continue;
      slack.push({ minute, text });
      const shown = firstLines(inMinutes(text));
      if (before !== undefined && shown === firstLines(inMinutes(before))) continue;
      seen.push({ minute, where: "slack", text: `${before === undefined ? "" : "(edited) "}${shown}` });
    }
  }

  async function lookAtQueues(stack: Stack): Promise<void> {
    for (const [id, name] of Object.entries(QUEUES)) {
      const { visible = 0 } = (await stack.queueCounts(name)) ?? {};
      add(`queue ${id} visible`, visible, Math.max);
      const oldest = stack.oldestSentAt(name);
      add(`queue ${id} age`, oldest === undefined ? 0 : (now() - oldest) / 1_000, Math.max);
    }
  }

  async function lookAtStatus(stack: Stack): Promise<void> {
    const text = await statusOf(stack);
    // Times pass by themselves.
    const shape = text
      .replace(/^API \S+ is being written to.*$/gm, "")
      .replace(ISO, "…")
      .replace(/\d+ (?:seconds?|minutes?)( ago)?/g, "…");
    if (shape === lastStatus) return;
    lastStatus = shape;
    seen.push({ minute: minuteOf(now()), where: "status", text: shortened(inMinutes(text)) });
  }

  /** Times as minutes of the incident, and names of runs and ports left out: they differ from one time to the next. */
  function inMinutes(text: string): string {
    return text
      .replace(ISO, (time) => (Date.parse(time) < since ? "before" : `in minute ${minuteOf(Date.parse(time))}`))
      .replace(/ by [\da-f-]{36}/g, "")
      .replace(/^Ledger: .*$/m, "")
      .trim();
  }

  return {
    log({ function: name, level, message, fields }: LogLine): void {
      const minute = minuteOf(now());
      if (level !== "error" || minute < 0) return;
      const error = fields["error"];
      const thrown = error instanceof Error ? error.name : undefined;
      const cause = [fields["cause"], thrown].filter((each) => each !== undefined).join(", ") || undefined;
      const line = `${minute} ${name}: ${message}${cause === undefined ? "" : ` (${String(cause)})`}`;
      errors.set(line, (errors.get(line) ?? 0) + 1);
    },
    metric({ namespace, function: name, name: metric, value }: MetricLine): void {
      add(`${namespace} ${name} ${metric}`, value, (one, other) => one + other);
    },
    begin(): void {
      since = now();
    },
    happens: (text: string): void => void seen.push({ minute: minuteOf(now()), where: "happens", text }),
    /** Once a minute. */
    async look(stack: Stack): Promise<void> {
      lookAtSlack(stack);
      await lookAtQueues(stack);
      await lookAtStatus(stack);
    },
    end(stack: Stack): Observed {
      const minutes = minuteOf(now());
      const alarms = Object.entries(ALARMS).flatMap(([id, alarm]) => historyOf(id, alarm, metrics, minutes));
      const alarmed = alarms.map(
        ({ minute, id, state, next }): Seen => ({
          minute,
          where: "alarm",
          text: state === "OK" ? `${id}: OK` : `${id} rings\n\`${next}\``,
        }),
      );
      const logged = [...errors].map(([line, times]): Seen => {
        const [, minute = "", text = ""] = /^(\d+) (.*)$/s.exec(line) ?? [];
        return { minute: Number(minute), where: "log", text: times === 1 ? text : `${text} ×${times}` };
      });
      const results = stack.eventBridge
        .eventsOn(stack.bus)
        .filter(({ source, time }) => source === "specdrop" && Date.parse(time) >= since - 1_000)
        .map((event) => ({
          minute: minuteOf(Date.parse(event.time)),
          type: event["detail-type"],
          documentId: (event.detail["metadata"] as { readonly documentId: string }).documentId,
        }));
      return { seen: [...seen, ...alarmed, ...logged], slack, alarms, results, minutes };
    },
  };
}

/** When an alarm sends something: as it is deployed, over what was counted. */
function historyOf(
  id: string,
  alarm: Alarm,
  metrics: ReadonlyMap<string, ReadonlyMap<number, number>>,
  minutes: number,
) {
  const { saysOk, ...ringing } = ringingOf(alarm);
  const { measure } = alarm;
  const key =
    "queue" in measure
      ? `queue ${measure.queue} ${measure.metric}`
      : "function" in measure
        ? `AWS/Lambda ${measure.function.toLowerCase()} ${measure.metric}`
        : `specdrop ${measure.service} ${measure.metric}`;
  const statistic = "queue" in measure ? "Maximum" : "Sum";
  const inputs = { ...ringing, statistic, alarmActions: ["topic"], ...(saysOk && { okActions: ["topic"] }) };
  const groups = ["Intake", "Reconcile", "Notify", "Sweep"].map((name) => [
    name,
    `/aws/lambda/specdrop-production-${name}`,
  ]);
  const looked = ["intakeFailuresUrl", "sweepFunction"].map((name) => [name, `"$(name ${name})"`]);
  const names: Record<string, string> = { table: "specdrop", ...Object.fromEntries([...groups, ...looked]) };
  const [, next = ""] = descriptionOf(id, alarm, names, "").split("\nNext: ");
  return messagesOf(inputs, metrics.get(key) ?? new Map(), minutes).map((message) => {
    const [minute, state = ""] = message.split(" ");
    return { minute: Number(minute), id: id.replace(/Alarm$/, ""), state, next: next.split("\n")[0] ?? "" };
  });
}

/** All the text of a message, a line for each block. */
function textOf(message: Readonly<Record<string, unknown>>): string {
  const texts: string[] = [];
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) collect(each);
    else if (typeof value === "object" && value !== null) {
      const { text, ...rest } = value as Readonly<Record<string, unknown>>;
      if (typeof text === "string") texts.push(text);
      else collect(text);
      for (const each of Object.values(rest)) if (typeof each === "object") collect(each);
    }
  };
  collect(message["attachments"] ?? message["blocks"] ?? []);
  return [...new Set(texts.length > 0 ? texts : [String(message["text"] ?? "")])].join("\n");
}

/** The worst come first, and the sum is last. */
function shortened(status: string): string {
  const lines = status.split("\n").filter((line) => line.trim() !== "");
  return lines.length <= MOST_LINES ? status : [...lines.slice(0, MOST_LINES - 2), "…", lines.at(-1)].join("\n");
}

const MOST_LINES = 7;

/** The title, what comes below it, and what is to be done. */
function firstLines(text: string): string {
  const [title = "", ...rest] = text.split("\n").filter((line) => line !== "" && line !== "*API*");
  const commands = rest.slice(1).filter((line) => /npx specdrop|^aws |tr(?:y|ied)|fail|because/i.test(line));
  return [title, ...rest.slice(0, 1), ...commands.slice(0, 2)].join("\n");
}

const ISO = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;
