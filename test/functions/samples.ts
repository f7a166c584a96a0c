import type { Context, SQSEvent, SQSRecord } from "aws-lambda";

/** As Lambda gives it; `remaining` milliseconds are left. */
export function contextOf(remaining = 900_000): Context {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: "specdrop-test",
    functionVersion: "$LATEST",
    invokedFunctionArn: "arn:aws:lambda:eu-central-1:111122223333:function:specdrop-test",
    memoryLimitInMB: "512",
    awsRequestId: "8f507cfc-6dab-4f5e-a1ab-1f3d0b8ad9a8",
    logGroupName: "/aws/lambda/specdrop-test",
    logStreamName: "2026/11/22/[$LATEST]0123456789abcdef",
    getRemainingTimeInMillis: () => remaining,
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}

/** S3's event, as the user guide shows it. */
export function s3Event(detailType: "Object Created" | "Object Deleted", object: Readonly<Record<string, unknown>>) {
  const deleted = { reason: "DeleteObject", "deletion-type": "Delete Marker Created" };
  return {
    version: "0",
    id: "17793124-05d4-b198-2fde-7ededc63b103",
    "detail-type": detailType,
    source: "aws.s3",
    account: "111122223333",
    time: "2026-11-22T00:00:00Z",
    region: "ca-central-1",
    resources: ["arn:aws:s3:::specs"],
    detail: {
      version: "0",
      "event-version": "1.0",
      bucket: { name: "specs" },
      object,
      "request-id": "N4N7GDK58NMKJ12R",
      requester: "123456789012",
      "source-ip-address": "1.2.3.4",
      ...(detailType === "Object Deleted" ? deleted : { reason: "PutObject" }),
    },
  };
}

/** An event that another stack put on the bus. */
export function busEvent(source: string, detailType: string, detail: unknown) {
  return {
    version: "0",
    id: "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
    "detail-type": detailType,
    source,
    account: "111122223333",
    time: "2026-11-22T00:00:00Z",
    region: "ca-central-1",
    resources: [],
    detail,
  };
}

/** What an SQS FIFO queue hands to Lambda. */
export function sqsEvent(
  messages: readonly { readonly id: string; readonly group: string; readonly body: string }[],
): SQSEvent {
  return {
    Records: messages.map(
      ({ id, group, body }, index): SQSRecord => ({
        messageId: id,
        receiptHandle: `AQEB${index}`,
        body,
        attributes: {
          ApproximateReceiveCount: "1",
          SentTimestamp: "1795305600000",
          SequenceNumber: `1889${index}`,
          MessageGroupId: group,
          SenderId: "AROAEXAMPLE:intake",
          MessageDeduplicationId: `dedup-${id}`,
          ApproximateFirstReceiveTimestamp: "1795305600010",
        },
        messageAttributes: {},
        md5OfBody: "e4e68fb7bd0e697a0ae8f1bb342846b3",
        eventSource: "aws:sqs",
        eventSourceARN: "arn:aws:sqs:ca-central-1:111122223333:signals.fifo",
        awsRegion: "ca-central-1",
      }),
    ),
  };
}
