import type { Infrastructure } from "../../infra/infrastructure.ts";
import { FUNCTIONS } from "./functions.ts";
import { MESSAGES } from "./messages.ts";
import type { Context } from "./resource.ts";
import { STORAGE } from "./storage.ts";

const MAKERS = { ...STORAGE, ...MESSAGES, ...FUNCTIONS };

/** What is named by others comes first. */
const ORDER = [
  "aws:iam/role:Role",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:s3/bucket:Bucket",
  "aws:sns/topic:Topic",
  "aws:sqs/queue:Queue",
  "aws:cloudwatch/eventBus:EventBus",
  "aws:dynamodb/table:Table",
  "aws:lambda/function:Function",
  "aws:cloudwatch/eventRule:EventRule",
];

/** An object that SST uploads a function's code with: the functions get their code otherwise here. */
const LEFT_OUT = new Set(["aws:s3/bucketObjectv2:BucketObjectv2"]);

export interface Deployment {
  readonly made: number;
  readonly failures: readonly string[];
}

/** Makes every resource of a stage, one after the other. A resource that nobody knows how to make is a failure. */
export async function deploy(context: Context, { resources }: Pick<Infrastructure, "resources">): Promise<Deployment> {
  const ours = resources.filter(({ type }) => type.startsWith("aws:") && !LEFT_OUT.has(type));
  const rank = ({ type, inputs }: (typeof ours)[number]) => {
    const place = ORDER.indexOf(type);
    // A queue names its dead-letter queue.
    return (place === -1 ? ORDER.length : place) + (inputs["redrivePolicy"] === undefined ? 0 : 0.5);
  };
  const failures: string[] = [];
  let made = 0;
  for (const { type, name, inputs, state } of ours.toSorted((one, other) => rank(one) - rank(other))) {
    try {
      const make = MAKERS[type];
      if (make === undefined) throw new Error("test/foreign/deploy does not know how to make it");
      await make(context, inputs, state);
      made += 1;
    } catch (error) {
      failures.push(`${type} ${name}: ${(error as Error).name}: ${(error as Error).message}`);
    }
  }
  return { made, failures };
}
