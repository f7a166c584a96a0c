import type { FunctionName } from "@specdrop/functions/pipeline";
import type { Endpoints } from "./endpoints.ts";
import {
  BUCKET,
  BUS,
  DEAD_LETTER_QUEUE,
  DELAYED_FAILURES,
  DELAYED_QUEUE,
  INTAKE_FAILURES,
  NOTIFICATIONS,
  NOTIFY_FAILURES,
  QUEUE,
  SWEEP_FAILURES,
  TABLE,
} from "./stack-resources.ts";

/** The stage whose names the documentation has. */
const STAGE = "specdrop-production";

/** As SST names it, which ends names in random letters. */
export function deployedName(name: FunctionName): string {
  return `${STAGE}-${capital(name)}Function-local`;
}

export function logGroupOf(name: FunctionName): string {
  return `/aws/lambda/${STAGE}-${capital(name)}`;
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/**
 * Writes the outputs that a deployment to the stage `production` has, as parameters under the same names, so that commands
 * of docs/operate.md and docs/integrate.md work as they stand. `alarmsArn` is not among them: there are no alarms here.
 */
export function writeOutputs({ url, region, account, parameters }: Endpoints): void {
  const arnOf = (queue: string) => `arn:aws:sqs:${region}:${account}:${queue}`;
  const urlOf = (queue: string) => `${url}/${account}/${queue}`;
  const outputs = {
    bucket: BUCKET,
    bus: BUS,
    busArn: `arn:aws:events:${region}:${account}:event-bus/${BUS}`,
    queueUrl: urlOf(QUEUE),
    table: TABLE,
    deadLettersUrl: urlOf(DEAD_LETTER_QUEUE),
    intakeFunction: deployedName("intake"),
    intakeFailuresUrl: urlOf(INTAKE_FAILURES),
    delayedSignalsArn: arnOf(DELAYED_QUEUE),
    delayedSignalsFailuresArn: arnOf(DELAYED_FAILURES),
    notificationsArn: arnOf(NOTIFICATIONS),
    notifyFailuresArn: arnOf(NOTIFY_FAILURES),
    sweepFunction: deployedName("sweep"),
    sweepFailuresUrl: urlOf(SWEEP_FAILURES),
  };
  for (const [output, Value] of Object.entries(outputs)) {
    const Name = `/specdrop/production/${output}`;
    const [written] = parameters.getParameters({ Names: [Name] }).Parameters;
    if (written?.Value !== Value) parameters.putParameter({ Name, Value, Type: "String", Overwrite: true });
  }
}
