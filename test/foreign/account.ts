import { PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import type { ResultDetail } from "@specdrop/events";
import { startEndpoints } from "@specdrop/local/endpoints";
import type { Infrastructure, Resource } from "../infra/infrastructure.ts";
import { ACCOUNT } from "../infra/mock-aws.ts";
import { type SynthOptions, synth } from "../infra/synth.ts";
import { type Clients, clientsAt } from "./deploy/clients.ts";
import { codeOf } from "./deploy/code.ts";
import { deploy } from "./deploy/deploy.ts";
import { startMinistack } from "./ministack.ts";

export const API = "a1b2c3d4e5";

export type Account = Awaited<ReturnType<typeof startAccount>>;

/** An event of ours, as a listener in the account gets it. */
export interface Heard {
  readonly "detail-type": string;
  readonly source: string;
  readonly detail: ResultDetail;
}

export interface AccountOptions extends Omit<SynthOptions, "secrets"> {
  readonly mode: "webhook" | "bot";
  /** Changes what is synthesised before it is deployed. */
  readonly edit?: (infrastructure: Infrastructure) => Infrastructure;
}

/**
 * A stage of specdrop, deployed from its configuration to an account at ministack with IAM enforced. Cloud Control and
 * Slack are those of `specdrop dev`. Rejects where a resource cannot be made.
 */
export async function startAccount(command: string, { mode, edit = (same) => same, ...options }: AccountOptions) {
  const dev = await startEndpoints({ region: "eu-central-1" });
  const secrets: Record<string, string> =
    mode === "webhook" ? { SlackWebhookUrl: dev.slackWebhookUrl } : { SlackBotToken: "xoxb-foreign" };
  const [ministack, synthesised] = await Promise.all([startMinistack(command), synth({ ...options, secrets })]);
  const infrastructure = edit(synthesised);
  const clients = clientsAt(ministack.url);
  const close = async () => {
    await ministack.close();
    await dev.close();
  };
  const { failures, made } = await deploy(
    {
      ...clients,
      url: ministack.url,
      codeOf: codeOf(infrastructure, {
        AWS_ENDPOINT_URL_CLOUDCONTROL: dev.url,
        SPECDROP_SLACK_API_URL: dev.slackApiUrl,
      }),
    },
    infrastructure,
  );
  if (failures.length > 0) {
    await close();
    throw new Error(`${failures.length} of ${made + failures.length} resources were not made:\n${failures.join("\n")}`);
  }
  const named = (type: string, name: string) => nameOf(infrastructure.resources, type, name);
  const bus = named("aws:cloudwatch/eventBus:EventBus", "Events");
  return {
    ...clients,
    dev,
    made,
    url: ministack.url,
    bucket: named("aws:s3/bucket:Bucket", "Specs"),
    table: named("aws:dynamodb/table:Table", "Ledger"),
    bus,
    functionName: (name: string) => named("aws:lambda/function:Function", name),
    listen: () => listen(clients, bus),
    log: ministack.log,
    /** What leads specdrop's command line to this account. */
    env: {
      AWS_ENDPOINT_URL: ministack.url,
      AWS_ENDPOINT_URL_CLOUDCONTROL: dev.url,
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: ACCOUNT,
      AWS_SECRET_ACCESS_KEY: "any",
    },
    close,
  };
}

function nameOf(resources: readonly Resource[], type: string, name: string): string {
  const found = resources.filter((one) => one.type === type && one.name.startsWith(name));
  const [{ state } = { state: {} as Resource["state"] }] = found;
  const physical: unknown = state["bucket"] ?? state["name"];
  if (found.length !== 1 || typeof physical !== "string") throw new Error(`${found.length} of ${type} are ${name}…`);
  return physical;
}

/** A queue that hears everything on the bus, and waits for what a test expects. */
async function listen({ sqs, events }: Clients, bus: string) {
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "listener" }));
  const rule = { Name: "listener", EventBusName: bus };
  await events.send(new PutRuleCommand({ ...rule, EventPattern: '{"source":["specdrop","specdrop.operations"]}' }));
  const target = { Id: "listener", Arn: `arn:aws:sqs:eu-central-1:${ACCOUNT}:listener` };
  await events.send(new PutTargetsCommand({ Rule: rule.Name, EventBusName: bus, Targets: [target] }));
  const heard: Heard[] = [];

  async function receive(): Promise<void> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    for (const { Body = "", ReceiptHandle } of Messages) {
      heard.push(JSON.parse(Body));
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }

  return {
    heard,
    /** The first event that is so, waited for; rejects with what came instead. */
    async next(isWanted: (event: Heard) => boolean, withinMs = 30_000): Promise<Heard> {
      const deadline = Date.now() + withinMs;
      for (;;) {
        const found = heard.find(isWanted);
        if (found !== undefined) {
          heard.splice(heard.indexOf(found), 1);
          return found;
        }
        if (Date.now() > deadline) throw new Error(`Not heard within ${withinMs / 1000} s. Heard: ${summary(heard)}`);
        await receive();
      }
    },
  };
}

function summary(heard: readonly Heard[]): string {
  return (
    heard.map((event) => `${event["detail-type"]} of ${event.detail.metadata?.documentId}`).join(", ") || "nothing"
  );
}
