import { setTimeout as sleep } from "node:timers/promises";
import { UpdateResourceCommand } from "@aws-sdk/client-cloudcontrol";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { cloudControl, gateway } from "@specdrop/aws/cloud-control/clients";
import { dynamoLedger } from "@specdrop/aws/dynamodb/ledger";
import { specsBucket } from "@specdrop/aws/specs-bucket";
import { consoleState } from "@specdrop/console/model";
import type { ConsoleState, ResponseState, Sentence } from "@specdrop/console/state";
import { viewLedger } from "@specdrop/inspect/ledger-view";
import { lookAtAws } from "@specdrop/inspect/look";
import { startStack } from "@specdrop/local/stack";
import { maker } from "../local/chat-api.ts";
import { clientsOf } from "../local/clients.ts";

const clock = { now: () => Date.now(), sleep: (milliseconds: number) => sleep(milliseconds) };

/** An embedded stack with one API that has all that a way needs, and the page of it. */
export async function stackPage() {
  const stack = await startStack({ sweepEverySeconds: 0 });
  // What is changed by hand is so at once: a page that looks a moment later would not see it yet.
  stack.cloudControl.changeFaults({ settleMs: 0 });
  const clients = clientsOf(stack);
  const made = maker(stack.cloudControl);
  const apiId = made.api();
  const integrationId = made.integration(apiId);
  const routeId = made.route(apiId, "send", integrationId);
  made.stage(apiId, "prod");
  made.deployment(apiId, "prod");
  const ledger = dynamoLedger(clients.dynamodb, stack.table);
  const store = specsBucket(clients.s3, stack.bucket);
  const controlPlane = cloudControl(clients.cloudControl, { clock });
  const around = gateway(clients.cloudControl, { clock });

  async function view() {
    return viewLedger(ledger, clock.now());
  }

  return {
    ...{ stack, clients, made, apiId, integrationId, routeId, ledger },
    /** A text of these responses, in YAML's JSON. */
    document(responses: Readonly<Record<string, object>>, more: object = {}): string {
      const IntegrationResponses = Object.fromEntries(
        Object.entries(responses).map(([logicalId, properties]) => [logicalId, properties]),
      );
      return JSON.stringify({ ApiId: apiId, IntegrationId: integrationId, ...more, IntegrationResponses });
    },
    /** Drops a text and waits until all is quiet. */
    async drop(key: string, body: string, metadata: Record<string, string> = {}): Promise<void> {
      const put = new PutObjectCommand({ Bucket: stack.bucket, Key: key, Body: body, Metadata: metadata });
      await clients.s3.send(put);
      await stack.idle();
    },
    /** What somebody does in AWS past specdrop, through a client as theirs. */
    async changeByHand(Identifier: string, properties: object): Promise<void> {
      const patch = Object.entries(properties).map(([name, value]) => ({ op: "replace", path: `/${name}`, value }));
      const request = {
        TypeName: "AWS::ApiGatewayV2::IntegrationResponse",
        Identifier,
        PatchDocument: JSON.stringify(patch),
      };
      await clients.cloudControl.send(new UpdateResourceCommand(request));
    },
    /** The page: with a look at AWS, or by the ledger only. */
    async page({ ledgerOnly = false, denied = [] as readonly string[] } = {}): Promise<ConsoleState> {
      const seen = await view();
      const refusing = <T extends object>(port: T): T =>
        new Proxy(port, {
          get(target, name) {
            if (!denied.includes(String(name))) return Reflect.get(target, name);
            return async () => {
              const { ControlPlaneError } = await import("@specdrop/engine");
              throw new ControlPlaneError("AccessDenied", "You may not.", { retryable: false });
            };
          },
        });
      const texts = {
        read: async (_: string, { source }: Parameters<Parameters<typeof lookAtAws>[0]["texts"]["read"]>[1]) =>
          (await store.read(source)) ?? { missing: "its text is gone" },
      };
      const ports = { ledger, texts, clock, random: Math.random };
      const aws = ledgerOnly
        ? undefined
        : await lookAtAws({ ...ports, controlPlane: refusing(controlPlane), gateway: refusing(around) }, seen);
      return consoleState({
        ...{ version: "1", view: seen, ...(aws && { aws }), withAllRows: true },
        where: { kind: "dev", name: "dev", address: `127.0.0.1:${stack.port}`, ledger: "dynamodb:specdrop" },
      });
    },
    close: () => stack.close(),
  };
}

export type StackPage = Awaited<ReturnType<typeof stackPage>>;

/** The text of a sentence; times are left out, since they differ. */
export function plain(sentence: Sentence | undefined): string {
  return (sentence ?? [])
    .map((span) => (typeof span === "string" ? span : "code" in span ? span.code : "<time>"))
    .join("");
}

/** Every response of a page, by logical id. */
export function responsesOf({ apis }: ConsoleState): ReadonlyMap<string, ResponseState> {
  const all = apis.flatMap(({ integrations = [] }) => integrations.flatMap(({ responses }) => responses));
  return new Map(all.map((response) => [response.logicalId, response]));
}
