import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type Stack, startStack } from "@specdrop/local/stack";

/** A stack to play a scene on. */
export interface SceneRun {
  readonly stack: Stack;
  /** Makes a resource of an API at once; its id. */
  make(type: string, model: object): string;
  /** Puts a document into the bucket as somebody, and waits for what comes of it. */
  drop(key: string, document: object, by?: { readonly actor: string; readonly commit: string }): Promise<void>;
  close(): Promise<void>;
}

export async function openRun(port = 0): Promise<SceneRun> {
  const stack = await startStack({ port, sweepEverySeconds: 0, withdrawAfterMs: 100 });
  const s3 = new S3Client({ ...stack.clientSettings, forcePathStyle: true });
  stack.cloudControl.changeFaults({ settleMs: 0 });
  return {
    stack,
    make(type, model) {
      const { ProgressEvent: event } = stack.cloudControl.createResource({
        TypeName: `AWS::ApiGatewayV2::${type}`,
        DesiredState: JSON.stringify(model),
        ClientToken: randomUUID(),
      });
      if (event.OperationStatus !== "SUCCESS") throw new Error(`${type}: ${event.StatusMessage}`);
      return event.Identifier?.split("|").at(-1) ?? "";
    },
    async drop(key, document, by) {
      const Metadata = by === undefined ? {} : { "specdrop-actor": by.actor, "specdrop-commit": by.commit };
      const Body = JSON.stringify(document, null, 2);
      await s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key: key, Body, Metadata }));
      await stack.idle();
      // What is told apart by the second is told apart.
      await sleep(20);
    },
    async close() {
      s3.destroy();
      await stack.close();
    },
  };
}

/** An API with all that a message needs on its way, but the responses. */
export function makeApi(run: SceneRun, name: string, routes: readonly (readonly [route: string, twoWay: boolean])[]) {
  const ApiId = run.make("Api", {
    Name: name,
    ProtocolType: "WEBSOCKET",
    RouteSelectionExpression: "$request.body.action",
  });
  const integrations = routes.map(([RouteKey, isTwoWay]) => {
    const IntegrationId = run.make("Integration", {
      ApiId,
      IntegrationType: "HTTP",
      IntegrationUri: "https://backend.example.com",
    });
    const RouteId = run.make("Route", {
      ApiId,
      RouteKey,
      Target: `integrations/${IntegrationId}`,
      ...(isTwoWay ? { RouteResponseSelectionExpression: "$default" } : {}),
    });
    if (isTwoWay) run.make("RouteResponse", { ApiId, RouteId, RouteResponseKey: "$default" });
    return IntegrationId;
  });
  run.make("Stage", { ApiId, StageName: "prod" });
  run.make("Deployment", { ApiId, StageName: "prod" });
  return { ApiId, integrations };
}

/** A response that says its type, and repeats names of the reply. */
export function response(
  IntegrationId: string,
  IntegrationResponseKey: string,
  type: string,
  names: readonly string[] = [],
) {
  const lines = [
    `  "type": "${type}"`,
    ...names.map((name) => `  "${name}": "$util.escapeJavaScript($input.path('$.${name}'))"`),
    `  "requestId": "$context.requestId"`,
  ];
  return {
    IntegrationId,
    IntegrationResponseKey,
    TemplateSelectionExpression: "\\$default",
    ResponseTemplates: { $default: `{\n${lines.join(",\n")}\n}` },
  };
}
