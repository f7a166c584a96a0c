import { parseResultEvent } from "@specdrop/events";
import { notify } from "@specdrop/service";
import { readConfig } from "./config.ts";
import { NOTIFY_CONFIG, type NotifyWiring, notifyWiring } from "./dependencies/notify.ts";
import { type LambdaHandler, lambda, onFirstEvent, powertools, type Telemetry } from "./lambda.ts";
import { withLinkedSecrets } from "./secrets.ts";

/** Tells people about the results on the bus. */
export function createNotify(wiring: NotifyWiring, telemetry: Telemetry): LambdaHandler<unknown, void> {
  return lambda(telemetry, async (event) => {
    const result = parseResultEvent(event);
    if (!result.ok) throw new TypeError(`The event is not a result: ${result.problems.join("; ")}`);
    await notify({ ...wiring, log: telemetry.log }, result.value);
    telemetry.count("Notified");
  });
}

export const handler = onFirstEvent(() =>
  createNotify(notifyWiring(readConfig(withLinkedSecrets(process.env), NOTIFY_CONFIG)), powertools("notify")),
);
