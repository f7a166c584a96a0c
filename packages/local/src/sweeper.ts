import { GetQueueUrlCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { startEventSource } from "./event-source.ts";
import type { InFlight } from "./in-flight.ts";

export interface SweeperOptions {
  readonly client: SQSClient;
  readonly deadLetters: string;
  readonly deadLettersArn: string;
  readonly region: string;
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** Seconds between two sweeps; 0 is never. */
  readonly everySeconds: number;
  /** After how long a dead letter that could not be ended is delivered again, in seconds. */
  readonly retryDelaySeconds?: number;
  readonly inFlight: InFlight;
  readonly onError: (error: unknown) => void;
}

export interface Sweeper {
  /** Sweeps, and resolves with what that did. */
  now(): Promise<unknown>;
  stop(): void;
}

/** What EventBridge Scheduler would send. */
const SCHEDULED = { version: "0", source: "aws.scheduler", "detail-type": "Scheduled Event", detail: {} };

/** Invokes the sweep on its schedule, and with what the dead-letter queue holds. */
export async function startSweeper(options: SweeperOptions): Promise<Sweeper> {
  const { client, deadLetters, deadLettersArn, everySeconds, inFlight, invoke } = options;
  const { QueueUrl = "" } = await client.send(new GetQueueUrlCommand({ QueueName: deadLetters }));
  const stopConsuming = startEventSource({ ...options, queueUrl: QueueUrl, queueArn: deadLettersArn, pollers: 1 });
  const now = () => inFlight.track(() => invoke(SCHEDULED));
  // The invocation logs its own failure, and the next sweep makes up for it.
  const timer =
    everySeconds > 0 ? setInterval(() => void now().catch(() => undefined), everySeconds * 1_000) : undefined;
  timer?.unref();
  return {
    now,
    stop() {
      clearInterval(timer);
      stopConsuming();
    },
  };
}
