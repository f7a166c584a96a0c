import { setTimeout as sleep } from "node:timers/promises";
import { SQSClient } from "@aws-sdk/client-sqs";
import { type FunctionName, type PipelineOptions, pipeline } from "@specdrop/functions/pipeline";
import { type EndpointsOptions, startEndpoints } from "./endpoints.ts";
import { startEventSource } from "./event-source.ts";
import { type Handler, invoke } from "./invocation.ts";
import { devSource } from "./page/dev-source.ts";
import { DELAYS, type StackDelays } from "./stack-delays.ts";
import { type LogLine, loggerOf, type MetricLine, telemetryOf } from "./stack-log.ts";
import { deployedName, logGroupOf, writeOutputs } from "./stack-names.ts";
import {
  BUCKET,
  BUS,
  DEAD_LETTER_QUEUE,
  DELAYED_QUEUE,
  INTAKE_FAILURES,
  makeResources,
  NOTIFICATIONS,
  QUEUE,
  routeEvents,
  SWEEP_FAILURES,
  TABLE,
} from "./stack-resources.ts";
import { type SlackOptions, slackConfig, slackPace } from "./stack-slack.ts";
import { startSweeper } from "./sweeper.ts";

export type { LogLine, MetricLine } from "./stack-log.ts";

export interface StackOptions extends Omit<EndpointsOptions, "bus"> {
  /** Where the functions' log goes; nowhere without it. */
  readonly log?: (line: LogLine) => void;
  /** Where the functions' metrics go; nowhere without it. */
  readonly metric?: (line: MetricLine) => void;
  /** `deployed` waits as long as a deployment does; `quick`, without it, for seconds. The options below go before it. */
  readonly delays?: keyof typeof DELAYS;
  /** What Lambda would allow an invocation of any function, in milliseconds; a minute. */
  readonly timeoutMs?: number;
  /** How many batches of signals are worked on at once; 4. */
  readonly pollers?: number;
  /** The bucket has no versions, unlike the deployed one. */
  readonly unversioned?: boolean;
  /** After how long a failed signal is delivered again, in seconds; 1. */
  readonly retryDelaySeconds?: number;
  /** How long after its event a change deletes nothing, in milliseconds; a second. */
  readonly withdrawAfterMs?: number;
  /** For how long the lease of a killed run has to be seen unchanged, in milliseconds; 10 seconds: runs have half a minute. */
  readonly leaseTtlMs?: number;
  /** How often everything is swept, in seconds; 60, and 0 is never. `POST /_specdrop/sweep` does it at once. */
  readonly sweepEverySeconds?: number;
  /** How long a sweep leaves others to finish what they are at, in milliseconds; 30 seconds. */
  readonly sweepGraceMs?: number;
  /** Which APIs documents may name; any, without it. */
  readonly allowedApis?: PipelineOptions["allowedApis"];
  /** How many withdrawals are too many; the deployed default without it. */
  readonly breaker?: PipelineOptions["breaker"];
  /** How results are told in Slack; by webhook, each at once. */
  readonly slack?: SlackOptions;
  /** A consumer of the results on the bus. */
  readonly onResult?: (event: unknown) => void;
  /** What is invoked in the place of the handlers, such as functions that run in processes of their own. */
  readonly functions?: Partial<Record<FunctionName, (event: unknown) => Promise<unknown>>>;
}

export type Stack = Awaited<ReturnType<typeof startStack>>;

const IDLE_POLL_MS = 5;
/** As many as the infrastructure lets run at once. */
const NOTIFY_POLLERS = 2;

/**
 * The whole of specdrop on one loopback port: the endpoints, what the infrastructure makes on them, and the deployed
 * handlers, which speak to the port with the same SDK clients as everybody else.
 */
export async function startStack({
  log,
  metric,
  delays = "quick",
  timeoutMs,
  unversioned = false,
  allowedApis,
  breaker,
  slack = {},
  onResult,
  functions = {},
  ...options
}: StackOptions = {}) {
  const preset: StackDelays = DELAYS[delays];
  const {
    pollers = preset.pollers,
    retryDelaySeconds = preset.retryDelaySeconds,
    retryDelaysMs = preset.retryDelaysMs,
    withdrawAfterMs = preset.withdrawAfterMs,
    leaseTtlMs = preset.leaseTtlMs,
    sweepEverySeconds = preset.sweepEverySeconds,
    sweepGraceMs = preset.sweepGraceMs,
    ...ofEndpoints
  } = options;
  const { rateLimits, deadLettersHiddenSeconds } = preset;
  const timeoutOf = (name: FunctionName) => timeoutMs ?? preset.timeoutsMs[name];
  const again = retryDelaySeconds === undefined ? {} : { retryDelaySeconds };
  const endpoints = await startEndpoints({ ...ofEndpoints, bus: BUS, ...(retryDelaysMs && { retryDelaysMs }) });
  const { clientSettings, region, account, inFlight } = endpoints;
  const arnOf = (queue: string) => `arn:aws:sqs:${region}:${account}:${queue}`;
  const sinks = { logs: endpoints.logs, log, metric };
  const logger = (name: FunctionName) => loggerOf(sinks, name);
  const stops: (() => void)[] = [];
  const close = async () => {
    for (const stop of stops) stop();
    await endpoints.close();
  };
  try {
    const { queueUrl, delayedQueueUrl, notificationsUrl } = await makeResources(endpoints, arnOf, {
      timeoutOf,
      unversioned,
      ...(deadLettersHiddenSeconds !== undefined && { deadLettersHiddenSeconds }),
    });
    const { intake, reconcile, notify, sweep } = {
      ...pipeline({
        config: { bucket: BUCKET, bus: BUS, queueUrl, delayedQueueUrl, table: TABLE, notificationsUrl },
        slack: slackConfig(endpoints, slack),
        slackPace: slackPace(slack),
        ...(retryDelaySeconds !== undefined && {
          notifyAgainSeconds: retryDelaySeconds,
          signalAgainSeconds: retryDelaySeconds,
        }),
        settings: clientSettings,
        telemetry: (name) => telemetryOf(sinks, name),
        withdrawAfterMs,
        ...(sweepGraceMs === undefined ? {} : { graceMs: sweepGraceMs }),
        ...(leaseTtlMs === undefined ? {} : { leaseTtlMs }),
        ...(rateLimits === undefined ? {} : { rateLimits }),
        ...(allowedApis === undefined ? {} : { allowedApis }),
        ...(breaker === undefined ? {} : { breaker }),
      }),
      ...functions,
    };

    const page = devSource(endpoints, { bucket: BUCKET, bus: BUS, table: TABLE });
    stops.push(page.close);
    endpoints.registerPage(page);
    const invoker = (name: FunctionName, handler: Handler) => {
      const arn = `arn:aws:lambda:${region}:${account}:function:${deployedName(name)}`;
      const facts = { name: deployedName(name), arn, timeoutMs: timeoutOf(name), logGroup: logGroupOf(name) };
      const count = (metricName: string) =>
        metric?.({ namespace: "AWS/Lambda", function: name, name: metricName, value: 1 });
      return (event: unknown) => {
        count("Invocations");
        return invoke(facts, handler, event).catch((error: unknown) => {
          count("Errors");
          logger(name)("error", "The invocation failed", { error });
          throw error;
        });
      };
    };
    const register = (name: FunctionName, handler: Handler, failures?: string) =>
      endpoints.registerFunction(deployedName(name), invoker(name, handler), {
        aliases: [name],
        ...(failures !== undefined && { deadLetters: arnOf(failures) }),
      });
    register("reconcile", reconcile);
    register("notify", notify);
    await routeEvents(
      endpoints,
      {
        intake: register("intake", intake, INTAKE_FAILURES),
        sweep: register("sweep", sweep, SWEEP_FAILURES),
        ...(onResult && { consumer: endpoints.registerFunction("consumer", async (event) => onResult(event)) }),
      },
      arnOf,
    );
    writeOutputs(endpoints);

    await endpoints.resume();

    const consumer = new SQSClient(clientSettings);
    stops.push(() => consumer.destroy());
    const stopConsuming = startEventSource({
      client: consumer,
      queueUrl,
      queueArn: arnOf(QUEUE),
      region,
      invoke: invoker("reconcile", reconcile),
      pollers,
      // As deployed: what shares a batch with a long run would wait for it.
      batchSize: 1,
      ...again,
      inFlight,
      onError: (error) => logger("reconcile")("error", "The event source mapping had an error", { error }),
    });

    stops.unshift(stopConsuming);
    const stopSendingOn = startEventSource({
      client: consumer,
      queueUrl: delayedQueueUrl,
      queueArn: arnOf(DELAYED_QUEUE),
      region,
      invoke: invoker("intake", intake),
      pollers: 1,
      ...again,
      inFlight,
      onError: (error) => logger("intake")("error", "The event source mapping had an error", { error }),
    });
    stops.unshift(stopSendingOn);
    const stopNotifying = startEventSource({
      client: consumer,
      queueUrl: notificationsUrl,
      queueArn: arnOf(NOTIFICATIONS),
      region,
      invoke: invoker("notify", notify),
      pollers: NOTIFY_POLLERS,
      inFlight,
      onError: (error) => logger("notify")("error", "The event source mapping had an error", { error }),
    });
    stops.unshift(stopNotifying);
    const sweeper = await startSweeper({
      client: consumer,
      deadLetters: DEAD_LETTER_QUEUE,
      deadLettersArn: arnOf(DEAD_LETTER_QUEUE),
      region,
      invoke: invoker("sweep", sweep),
      everySeconds: sweepEverySeconds,
      ...again,
      inFlight,
      onError: (error) => logger("sweep")("error", "The event source mapping had an error", { error }),
    });
    stops.unshift(sweeper.stop);
    endpoints.registerAction("sweep", sweeper.now);
    const waitingIn = async (name: string) => {
      const { visible = 0, inFlight = 0, delayed = 0 } = (await endpoints.queueCounts(name)) ?? {};
      return visible + inFlight + delayed;
    };

    return {
      ...endpoints,
      bucket: BUCKET,
      bus: BUS,
      table: TABLE,
      queueUrl,
      notificationsUrl,
      /** Sweeps once, and resolves with what that did. */
      sweep: sweeper.now,

      /** Resolves when nothing is in flight: no event undelivered, no signal or dead letter queued, no invocation running. */
      async idle(): Promise<void> {
        for (;;) {
          await inFlight.none();
          const begun = inFlight.begun();
          // In the order in which messages move.
          const waiting =
            (await waitingIn(DELAYED_QUEUE)) +
            (await waitingIn(QUEUE)) +
            (await waitingIn(DEAD_LETTER_QUEUE)) +
            (await waitingIn(NOTIFICATIONS));
          if (waiting === 0 && inFlight.begun() === begun) return;
          await sleep(IDLE_POLL_MS);
        }
      },

      /** Stops at once; what was in flight is lost, unless a data folder keeps it. */
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
