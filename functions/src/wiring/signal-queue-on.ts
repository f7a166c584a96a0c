import type { DelayedQueue, SignalQueue } from "@specdrop/service/ports";
import type { ClientSettings } from "./clients.ts";

/** The queue of signals, for functions that seldom send one: its client is loaded when the first is sent. */
export function signalQueueOn(queueUrl: string, settings: ClientSettings): SignalQueue {
  let queue: SignalQueue | undefined;
  return {
    async send(signal) {
      const { SQSClient, signalQueue } = await import("./signal-queue.ts");
      queue ??= signalQueue(new SQSClient(settings), queueUrl);
      await queue.send(signal);
    },
  };
}

/** The same for signals that are to come later. */
export function delayedQueueOn(queueUrl: string, settings: ClientSettings): DelayedQueue {
  let queue: DelayedQueue | undefined;
  return {
    async send(signal, milliseconds) {
      const { SQSClient, delayedQueue } = await import("./signal-queue.ts");
      queue ??= delayedQueue(new SQSClient(settings), queueUrl);
      await queue.send(signal, milliseconds);
    },
  };
}
