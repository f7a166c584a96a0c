import type { ConsoleState } from "@specdrop/console/state";

/** `specdrop dev` before the first drop. */
export const EMPTY: ConsoleState = {
  version: "1",
  at: "2026-11-30T14:30:00.000Z",
  where: { kind: "dev", name: "dev", address: "127.0.0.1:4566", ledger: "dynamodb:specdrop", region: "us-east-1" },
  verdict: {
    kind: "empty",
    headline: ["Drop the first document"],
    past: ["specdrop had no documents at ", { time: "2026-11-30T14:30:00.000Z" }],
    line: [
      "specdrop is running and has no documents yet. Type this in another terminal, in the folder of the clone. This page updates by itself.",
    ],
    title: "no documents",
  },
  counts: { failed: 0, blocked: 0, drifted: 0, pending: 0, unproven: 0, live: 0 },
  banners: [],
  problems: [],
  apis: [],
  documents: [],
  withdrawn: [],
  activity: { scope: ["nothing yet"], entries: [] },
  start: [
    {
      sentence: ["Point AWS clients at this machine"],
      command: {
        text: "export AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local",
      },
    },
    {
      sentence: [
        "Drop a document into the bucket. Without the AWS CLI: ",
        { code: "npx specdrop submit examples/chat.yaml --bucket specs" },
      ],
      command: { text: "aws s3 cp examples/chat.yaml s3://specs/" },
    },
    {
      sentence: ["Change the file and drop it again to see the difference here. To withdraw it:"],
      command: { text: "aws s3 rm s3://specs/chat.yaml" },
    },
  ],
};
