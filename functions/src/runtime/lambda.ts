import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy, { type MiddlewareObj } from "@middy/core";
import type { Log } from "@specdrop/service/ports";
import type { Context } from "aws-lambda";

export type LambdaHandler<Event, Result> = (event: Event, context: Context) => Promise<Result>;

/** What a function tells its operators. Payloads are never logged: they hold other people's templates. */
export interface Telemetry {
  readonly log: Log;
  /** Counts one more of it, or as many as are given. */
  readonly count: (metric: string, amount?: number) => void;
  /** Milliseconds. */
  readonly duration: (metric: string, milliseconds: number) => void;
  readonly middleware: readonly MiddlewareObj[];
}

/** Structured logs and CloudWatch metrics, both on standard output. `functionName` is their service. */
export function powertools(functionName: string): Telemetry {
  const serviceName = `specdrop-${functionName}`;
  const logger = new Logger({ serviceName });
  const metrics = new Metrics({ namespace: process.env["POWERTOOLS_METRICS_NAMESPACE"] ?? "specdrop", serviceName });
  return {
    log: {
      info: (message, fields = {}) => logger.info(message, fields),
      warn: (message, fields = {}) => logger.warn(message, fields),
      error: (message, fields = {}) => logger.error(message, fields),
    },
    count: (metric, amount = 1) => void metrics.addMetric(metric, MetricUnit.Count, amount),
    duration: (metric, milliseconds) => void metrics.addMetric(metric, MetricUnit.Milliseconds, milliseconds),
    middleware: [
      injectLambdaContext(logger, { logEvent: false, resetKeys: true }),
      logMetrics(metrics, { captureColdStartMetric: true }),
    ],
  };
}

/** Says nothing. */
export const silence: Telemetry = {
  log: { info: () => {}, warn: () => {}, error: () => {} },
  count: () => {},
  duration: () => {},
  middleware: [],
};

/** A Lambda handler with its middleware; what the handler throws is counted, and left to the platform. */
export function lambda<Event, Result>(
  { middleware, count }: Telemetry,
  handle: LambdaHandler<Event, Result>,
): LambdaHandler<Event, Result> {
  const counted: LambdaHandler<Event, Result> = async (event, context) => {
    try {
      return await handle(event, context);
    } catch (error) {
      count("Error");
      throw error;
    }
  };
  const wrapped = middy<Event, Result>(counted).use([...middleware]);
  return (event, context) => wrapped(event, context);
}

/** Wires a handler when its first event comes, so that importing it needs no environment. */
export function onFirstEvent<Event, Result>(wire: () => LambdaHandler<Event, Result>): LambdaHandler<Event, Result> {
  let handler: LambdaHandler<Event, Result> | undefined;
  return async (event, context) => {
    handler ??= wire();
    return handler(event, context);
  };
}
