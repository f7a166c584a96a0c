import type { Inputs } from "./infrastructure.ts";

type State = "OK" | "ALARM";

/**
 * The messages that an alarm of CloudWatch sends, with the minute of each, over data by the minute of its metric. As the
 * user guide has it (AlarmThatSendsEmail.html, "Evaluating an alarm"): each period gets a datapoint, at its end the last
 * `evaluationPeriods` are looked at, and the state is ALARM where `datapointsToAlarm` of them breach. A missing one counts
 * as `treatMissingData` says. Actions run when the state changes.
 */
export function messagesOf(inputs: Inputs, values: ReadonlyMap<number, number>, minutes: number): readonly string[] {
  const perPeriod = inputs["period"] / 60;
  const periods: boolean[] = [];
  const messages: string[] = [];
  let state: State = "OK";
  for (let end = perPeriod; end <= minutes; end += perPeriod) {
    periods.push(isBreaching(inputs, values, end - perPeriod, end));
    const looked = periods.slice(-inputs["evaluationPeriods"]);
    const breaching = looked.filter(Boolean).length;
    const next: State = breaching >= (inputs["datapointsToAlarm"] ?? inputs["evaluationPeriods"]) ? "ALARM" : "OK";
    const actions = next === "ALARM" ? inputs["alarmActions"] : inputs["okActions"];
    if (next !== state && actions !== undefined) messages.push(`${end} ${next}`);
    state = next;
  }
  return messages;
}

function isBreaching(inputs: Inputs, values: ReadonlyMap<number, number>, from: number, to: number): boolean {
  const inside = [...values].filter(([minute]) => minute >= from && minute < to).map(([, value]) => value);
  if (inside.length === 0) return inputs["treatMissingData"] === "breaching";
  const value = inputs["statistic"] === "Sum" ? inside.reduce((sum, each) => sum + each, 0) : Math.max(...inside);
  return inputs["comparisonOperator"] === "LessThanThreshold"
    ? value < inputs["threshold"]
    : value > inputs["threshold"];
}
