/** What `signalQueueOn` loads: of SQS no more than sending takes. */
export { SQSClient } from "@aws-sdk/client-sqs";
export { delayedQueue, signalQueue } from "@specdrop/aws/queue";
