import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Stores } from "./data/fauxqs-stores.ts";
import type { InFlight } from "./in-flight.ts";

type SqsStore = Stores["sqsStore"];
type Queue = NonNullable<ReturnType<SqsStore["getQueueByArn"]>>;

/** A call that SQS refuses; `name` is the exception's. */
export class MoveTaskError extends Error {
  override readonly name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

interface MoveTask {
  readonly handle: string;
  readonly sourceArn: string;
  readonly destinationArn: string | undefined;
  readonly perSecond: number | undefined;
  readonly startedAt: number;
  readonly toMove: number;
  moved: number;
  status: "RUNNING" | "COMPLETED" | "CANCELLING" | "CANCELLED" | "FAILED";
  failure?: string;
}

interface StartInput {
  readonly SourceArn?: string;
  readonly DestinationArn?: string;
  readonly MaxNumberOfMessagesPerSecond?: number;
}

export interface MoveTasksOptions {
  readonly store: SqsStore;
  readonly inFlight: InFlight;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const MOST_PER_SECOND = 500;
const MOST_LISTED = 10;
/** While a message is being moved, nobody else is to receive it. */
const MOVING_SECONDS = 60;

/**
 * The calls that move messages out of dead-letter queues, which fauxqs does not have. Tasks end with the process; what was
 * moved stays so. Methods throw a `MoveTaskError`.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 */
export function createMoveTasks({ store, inFlight, now }: MoveTasksOptions) {
  /** Newest first. */
  const tasks: MoveTask[] = [];

  async function run(task: MoveTask, source: Queue, destination: Queue): Promise<void> {
    while (task.status === "RUNNING") {
      const [received] = source.dequeue(1, MOVING_SECONDS);
      if (received === undefined) {
        task.status = "COMPLETED";
        return;
      }
      moveOne(source, destination, received.ReceiptHandle, now());
      task.moved++;
      await sleep(task.perSecond === undefined ? 0 : 1_000 / task.perSecond);
    }
    task.status = "CANCELLED";
  }

  return {
    startMessageMoveTask({ SourceArn = "", DestinationArn, MaxNumberOfMessagesPerSecond: perSecond }: StartInput) {
      const source = queueOf(store, "SourceArn", SourceArn);
      const sources = sourcesOf(store, SourceArn);
      if (sources.length === 0) throw invalid("Source queue must be configured as a Dead Letter Queue.");
      if (DestinationArn === SourceArn) {
        throw invalid("Source queue arn and destination queue arn cannot be the same.");
      }
      if (perSecond !== undefined && !(Number.isInteger(perSecond) && perSecond >= 1 && perSecond <= MOST_PER_SECOND)) {
        throw invalid(
          `Value ${perSecond} for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: Must be between 1 and ${MOST_PER_SECOND}, if provided.`,
        );
      }
      const destination =
        DestinationArn === undefined ? onlyOne(sources) : queueOf(store, "DestinationArn", DestinationArn);
      if (source.isFifo() !== destination.isFifo()) {
        throw invalid("Source queue and destination queue must be of the same type.");
      }
      if (tasks.some(({ sourceArn, status }) => sourceArn === SourceArn && ACTIVE.has(status))) {
        throw invalid(
          "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
        );
      }
      const handle = Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn: SourceArn })).toString("base64");
      const task: MoveTask = {
        handle,
        sourceArn: SourceArn,
        destinationArn: DestinationArn,
        perSecond,
        startedAt: now(),
        toMove: Number(source.getAttribute("ApproximateNumberOfMessages")),
        moved: 0,
        status: "RUNNING",
      };
      tasks.unshift(task);
      void inFlight.track(() =>
        run(task, source, destination).catch((error: unknown) => {
          task.status = "FAILED";
          task.failure = String(error);
        }),
      );
      return { TaskHandle: handle };
    },

    listMessageMoveTasks({
      SourceArn = "",
      MaxResults = 1,
    }: {
      readonly SourceArn?: string;
      readonly MaxResults?: number;
    }) {
      queueOf(store, "SourceArn", SourceArn);
      if (!(Number.isInteger(MaxResults) && MaxResults >= 1 && MaxResults <= MOST_LISTED)) {
        throw invalid(
          `Value ${MaxResults} for parameter MaxResults is invalid. Reason: MaxResults must be an integer between 1 and ${MOST_LISTED}.`,
        );
      }
      const found = tasks.filter(({ sourceArn }) => sourceArn === SourceArn).slice(0, MaxResults);
      return { Results: found.map(describe) };
    },

    cancelMessageMoveTask({ TaskHandle = "" }: { readonly TaskHandle?: string }) {
      const task = tasks.find(({ handle }) => handle === TaskHandle);
      if (task === undefined) throw new MoveTaskError("ResourceNotFoundException", "Task does not exist.");
      if (task.status !== "RUNNING") {
        throw new MoveTaskError("UnsupportedOperation", "Only active tasks can be cancelled.");
      }
      task.status = "CANCELLING";
      return { ApproximateNumberOfMessagesMoved: task.moved };
    },
  };
}

const ACTIVE: ReadonlySet<MoveTask["status"]> = new Set(["RUNNING", "CANCELLING"]);

function describe({ handle, sourceArn, destinationArn, perSecond, failure, ...task }: MoveTask) {
  return {
    ...(task.status === "RUNNING" && { TaskHandle: handle }),
    Status: task.status,
    SourceArn: sourceArn,
    ...(destinationArn !== undefined && { DestinationArn: destinationArn }),
    ...(perSecond !== undefined && { MaxNumberOfMessagesPerSecond: perSecond }),
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    ...(failure !== undefined && { FailureReason: failure }),
    StartedTimestamp: task.startedAt,
  };
}

/** A moved message is a new one, with an id and an age of its own. It is in both queues for a moment rather than in neither. */
function moveOne(source: Queue, destination: Queue, receiptHandle: string, now: number): void {
  const message = source.inflightMessages.get(receiptHandle)?.message;
  if (message === undefined) return;
  const { approximateFirstReceiveTimestamp: _, delayUntil: __, ...kept } = message;
  destination.enqueue({
    ...kept,
    messageId: randomUUID(),
    sentTimestamp: now,
    approximateReceiveCount: 0,
    ...(destination.isFifo() && { sequenceNumber: destination.nextSequenceNumber() }),
  });
  source.deleteMessage(receiptHandle);
}

function queueOf(store: SqsStore, parameter: string, arn: string): Queue {
  if (!/^arn:[^:]+:sqs:[^:]+:\d+:[^:]+$/.test(arn)) {
    throw invalid(
      `You must use this format to specify the ${parameter}: arn:<partition>:<service>:<region>:<account-id>:<resource-id>`,
    );
  }
  const queue = store.getQueueByArn(arn);
  if (queue !== undefined) return queue;
  const message = `The resource that you specified for the ${parameter} parameter doesn't exist.`;
  throw new MoveTaskError("ResourceNotFoundException", message);
}

/** The queues whose dead letters go there. */
function sourcesOf(store: SqsStore, arn: string): readonly Queue[] {
  return [...store.allQueues()].filter(({ attributes: { RedrivePolicy = "{}" } }) => {
    const policy = JSON.parse(RedrivePolicy || "{}") as { readonly deadLetterTargetArn?: string };
    return policy.deadLetterTargetArn === arn;
  });
}

/** SQS brings each message back to where it came from. Here nothing says where that was. */
function onlyOne([queue, ...others]: readonly Queue[]): Queue {
  if (queue !== undefined && others.length === 0) return queue;
  throw new MoveTaskError(
    "UnsupportedOperation",
    "This emulator does not know from which of several queues a message came: give a DestinationArn.",
  );
}

function invalid(message: string): MoveTaskError {
  return new MoveTaskError("InvalidParameterValue", message);
}
