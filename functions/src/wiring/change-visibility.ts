/** Of SQS what `postponeOn` loads: whoever imports the whole package at need has the whole of it in its bundle. */
export { ChangeMessageVisibilityCommand, SQSClient } from "@aws-sdk/client-sqs";
