import {
  intakeObjectEvent,
  intakeSubmitted,
  intakeWithdrawn,
  parseEnvelope,
  parseObjectEvent,
  subjectOfEvent,
} from "@specdrop/service/intake";
import type { SQSBatchResponse } from "aws-lambda";
import { readAllowedApis } from "./config/allowed-apis.ts";
import { readBreakerLimits } from "./config/breaker-limits.ts";
import { readConfig } from "./config/environment.ts";
import { readWithdrawAfter } from "./config/withdraw-after.ts";
import { type LambdaHandler, lambda, onFirstEvent, powertools, type Telemetry } from "./runtime/lambda.ts";
import { isSqsEvent, sendOn } from "./runtime/send-on.ts";
import { INTAKE_CONFIG, type IntakeWiring, intakeWiring } from "./wiring/intake.ts";

/** Takes in S3's events of the specs bucket, and documents sent as events; sends signals on whose time has come. */
export function createIntake(
  wiring: IntakeWiring,
  telemetry: Telemetry,
): LambdaHandler<unknown, SQSBatchResponse | undefined> {
  return lambda(telemetry, async (event) => {
    if (isSqsEvent(event)) return await sendOn(wiring, telemetry, event);
    try {
      const outcome = await take({ ...wiring, log: telemetry.log }, event);
      telemetry.count(METRICS[outcome]);
    } catch (error) {
      // Lambda's own line says nothing of the document.
      telemetry.log.error("The event was not taken in", { ...subjectOfEvent(event, wiring.bucket), error });
      throw error;
    }
    return undefined;
  });
}

const METRICS = {
  accepted: "SpecAccepted",
  rejected: "SpecRejected",
  superseded: "SpecSuperseded",
  stored: "SpecStored",
  deleted: "SpecDeleted",
  unchanged: "Ignored",
  repeated: "Ignored",
  unknown: "Ignored",
  ignored: "Ignored",
} as const;

async function take(deps: IntakeWiring & Pick<Telemetry, "log">, event: unknown): Promise<keyof typeof METRICS> {
  const envelope = parseEnvelope(event);
  const objectEvent = envelope.source === "aws.s3" ? parseObjectEvent(event) : undefined;
  if (objectEvent !== undefined) return (await intakeObjectEvent(deps, objectEvent)).outcome;
  if (envelope.detailType === "SpecSubmitted") return (await intakeSubmitted(deps, envelope)).outcome;
  if (envelope.detailType === "SpecWithdrawn") return (await intakeWithdrawn(deps, envelope)).outcome;
  deps.log.warn("Ignored an event of another kind", { eventId: envelope.id, source: envelope.source });
  return "ignored";
}

export const handler = onFirstEvent(() =>
  createIntake(
    {
      ...intakeWiring(readConfig(process.env, INTAKE_CONFIG)),
      ...readAllowedApis(process.env),
      ...readBreakerLimits(process.env),
      withdrawAfterMs: readWithdrawAfter(process.env),
    },
    powertools("intake"),
  ),
);
