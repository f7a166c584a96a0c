import { parseJson } from "../json.ts";
import { type Arn, type Bus, type BusRule, busNamed, findBus } from "./buses.ts";
import { EventBridgeError } from "./errors.ts";
import { checkInput } from "./input.ts";
import { InvalidPatternError, matchesPattern, parsePattern } from "./pattern.ts";
import type { Target } from "./target.ts";

interface OnBus {
  readonly EventBusName?: string;
}

interface PutRuleInput extends OnBus {
  readonly Name: string;
  readonly EventPattern?: string;
  readonly State?: string;
  readonly Description?: string;
  readonly ScheduleExpression?: string;
}

/** The calls that manage rules and their targets. */
export function ruleCalls(buses: ReadonlyMap<string, Bus>, arn: Arn) {
  const describe = (bus: Bus, rule: BusRule) => ({
    Name: rule.name,
    Arn: ruleArn(arn, bus, rule.name),
    EventPattern: rule.patternText,
    State: rule.enabled ? "ENABLED" : "DISABLED",
    EventBusName: bus.name,
    ...(rule.description === undefined ? {} : { Description: rule.description }),
  });

  function ruleNamed(name: string, busNameOrArn: string | undefined): { readonly bus: Bus; readonly rule: BusRule } {
    const bus = busNamed(buses, busNameOrArn);
    const rule = bus.rules.get(name);
    if (rule !== undefined) return { bus, rule };
    throw new EventBridgeError("ResourceNotFoundException", `Rule ${name} does not exist on EventBus ${bus.name}.`);
  }

  return {
    putRule({ Name, EventBusName, EventPattern, State, Description, ScheduleExpression }: PutRuleInput) {
      const bus = busNamed(buses, EventBusName);
      if (ScheduleExpression !== undefined) throw invalid("Schedules are not supported by this emulator.");
      if (EventPattern === undefined) {
        throw invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.");
      }
      bus.rules.set(Name, {
        name: Name,
        patternText: EventPattern,
        pattern: readPattern(EventPattern),
        enabled: State !== "DISABLED",
        ...(Description === undefined ? {} : { description: Description }),
        targets: bus.rules.get(Name)?.targets ?? new Map(),
      });
      return { RuleArn: ruleArn(arn, bus, Name) };
    },

    describeRule({ Name, EventBusName }: OnBus & { readonly Name: string }) {
      const { bus, rule } = ruleNamed(Name, EventBusName);
      return describe(bus, rule);
    },

    listRules({ EventBusName, NamePrefix = "" }: OnBus & { readonly NamePrefix?: string }) {
      const bus = busNamed(buses, EventBusName);
      const rules = [...bus.rules.values()].filter((rule) => rule.name.startsWith(NamePrefix));
      return { Rules: rules.map((rule) => describe(bus, rule)) };
    },

    deleteRule({ Name, EventBusName }: OnBus & { readonly Name: string }) {
      const bus = busNamed(buses, EventBusName);
      if ((bus.rules.get(Name)?.targets.size ?? 0) > 0) throw invalid("Rule can't be deleted since it has targets.");
      bus.rules.delete(Name);
      return {};
    },

    putTargets({
      Rule,
      EventBusName,
      Targets,
    }: OnBus & { readonly Rule: string; readonly Targets: readonly Target[] }) {
      const { rule } = ruleNamed(Rule, EventBusName);
      for (const target of Targets) checkInput(target);
      const failed = Targets.flatMap((target) => {
        const problem = targetProblem(target, buses, arn);
        if (problem === undefined) rule.targets.set(target.Id, target);
        return problem === undefined
          ? []
          : [{ TargetId: target.Id, ErrorCode: "ValidationException", ErrorMessage: problem }];
      });
      return { FailedEntryCount: failed.length, FailedEntries: failed };
    },

    listTargetsByRule({ Rule, EventBusName }: OnBus & { readonly Rule: string }) {
      return { Targets: [...ruleNamed(Rule, EventBusName).rule.targets.values()] };
    },

    removeTargets({ Rule, EventBusName, Ids }: OnBus & { readonly Rule: string; readonly Ids: readonly string[] }) {
      const { rule } = ruleNamed(Rule, EventBusName);
      for (const id of Ids) rule.targets.delete(id);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },

    testEventPattern({ EventPattern, Event }: { readonly EventPattern: string; readonly Event: string }) {
      return { Result: matchesPattern(readPattern(EventPattern), parseJson(Event)) };
    },
  };
}

function readPattern(text: string): Readonly<Record<string, unknown>> {
  try {
    return parsePattern(text);
  } catch (error) {
    throw error instanceof InvalidPatternError ? refusedPattern(error) : error;
  }
}

function refusedPattern(cause: InvalidPatternError): EventBridgeError {
  const message = `Event pattern is not valid. Reason: ${cause.message}`;
  return new EventBridgeError("InvalidEventPatternException", message, { cause });
}

export function ruleArn(arn: Arn, { name: bus }: Pick<Bus, "name">, name: string): string {
  return arn(bus === "default" ? `rule/${name}` : `rule/${bus}/${name}`);
}

/** What is wrong with a target, if anything: what EventBridge refuses, and what leads out of this emulator. */
function targetProblem(target: Target, buses: ReadonlyMap<string, Bus>, arn: Arn): string | undefined {
  const service = target.Arn.split(":")[2];
  if (service === "events") return busProblem(target, buses, arn);
  if (service !== "sqs" && service !== "lambda") {
    return `Targets of ${service ?? target.Arn} are not supported by this emulator.`;
  }
  if (service === "sqs" && target.Arn.endsWith(".fifo") && !target.SqsParameters?.MessageGroupId) {
    return `Parameter(s) MessageGroupId must be specified for target: ${target.Id}.`;
  }
  return undefined;
}

function busProblem({ Id, Arn, RoleArn }: Target, buses: ReadonlyMap<string, Bus>, arn: Arn): string | undefined {
  if (!Arn.startsWith(arn("event-bus/"))) {
    return `Targets in other accounts and regions are not supported by this emulator: ${Arn}.`;
  }
  if (findBus(buses, Arn) === undefined) return `Event bus ${Arn} does not exist.`;
  return RoleArn === undefined ? `RoleArn is required for target ${Id}.` : undefined;
}

function invalid(message: string): EventBridgeError {
  return new EventBridgeError("ValidationException", message);
}
