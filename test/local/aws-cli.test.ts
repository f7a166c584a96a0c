import { execFile, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { BusEvent } from "@specdrop/local/event-bridge/entries";
import { type Stack, startStack } from "@specdrop/local/stack";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
const hasCli = spawnSync("aws", ["--version"]).status === 0;
if (!hasCli) console.warn("skipped: the aws command line is not installed");

const TYPE = "AWS::ApiGatewayV2::IntegrationResponse";
const MODEL = { ApiId: "abcdefghij", IntegrationId: "abc1234", IntegrationResponseKey: "/200/" };

describe.skipIf(!hasCli)("the aws command line", { timeout: 120_000 }, () => {
  let stack: Stack;
  let folder: string;

  beforeAll(async () => {
    stack = await startStack();
    folder = await mkdtemp(join(tmpdir(), "specdrop-cli-"));
  });
  afterAll(async () => {
    await stack.close();
    await rm(folder, { recursive: true });
  });

  /** Nothing of this machine's own configuration. */
  async function aws(...args: string[]): Promise<string> {
    const env = {
      PATH: process.env["PATH"] ?? "",
      HOME: process.env["HOME"] ?? folder,
      AWS_CONFIG_FILE: join(folder, "none"),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, "none"),
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_MAX_ATTEMPTS: "1",
    };
    const { stdout } = await run("aws", ["--endpoint-url", stack.url, "--output", "json", ...args], { env });
    return stdout;
  }
  const json = async (...args: string[]) => JSON.parse(await aws(...args));
  const shown = async (what: string) =>
    (await (await fetch(`${stack.url}/_specdrop/${what}`)).json()) as Record<string, unknown>[];
  const lastOutcome = async () => (await shown("events")).at(-1) as unknown as BusEvent | undefined;

  test("drops a file, sees what came of it, and takes it back", async () => {
    const file = join(folder, "minimal.yaml");
    await writeFile(
      file,
      `IntegrationResponses:\n  basic: ${JSON.stringify({ ...MODEL, ResponseTemplates: { "200": "{}" } })}\n`,
    );
    await aws("s3", "cp", file, "s3://specs/minimal.yaml");
    await stack.idle();
    expect((await lastOutcome())?.["detail-type"]).toBe("ApplySucceeded");
    const { ApiId, IntegrationId } = MODEL;
    const listed = await json(
      "cloudcontrol",
      "list-resources",
      "--type-name",
      TYPE,
      "--resource-model",
      JSON.stringify({ ApiId, IntegrationId }),
    );
    const [{ Identifier }] = listed.ResourceDescriptions;
    const got = await json("cloudcontrol", "get-resource", "--type-name", TYPE, "--identifier", Identifier);
    expect(JSON.parse(got.ResourceDescription.Properties)).toEqual({
      ...MODEL,
      ResponseTemplates: { "200": "{}" },
      IntegrationResponseId: Identifier.split("|")[2],
    });
    await aws("s3", "rm", "s3://specs/minimal.yaml");
    await stack.idle();
    expect(await shown("resources")).toEqual([]);
  });

  test("undeletes documents by deleting their delete markers, as docs/operate.md says", async () => {
    const file = join(folder, "back.yaml");
    const response = (key: string) =>
      `IntegrationResponses:\n  a: ${JSON.stringify({ ...MODEL, IntegrationResponseKey: key })}\n`;
    for (const name of ["back one", "back-two"]) {
      await writeFile(file, response(`/${name}/`));
      await aws("s3", "cp", file, `s3://specs/${name}.yaml`);
    }
    await stack.idle();
    await aws("s3", "rm", "s3://specs/", "--recursive", "--exclude", "*", "--include", "back*");
    await stack.idle();
    expect(await shown("resources")).toEqual([]);

    const query = "DeleteMarkers[?IsLatest && starts_with(Key, `back`)].[Key,VersionId]";
    const markers: [string, string][] = await json(
      "s3api",
      "list-object-versions",
      "--bucket",
      "specs",
      "--query",
      query,
    );
    expect(markers.map(([key]) => key)).toEqual(["back one.yaml", "back-two.yaml"]);
    for (const [key, version] of markers) {
      const at = ["--bucket", "specs", "--key", key, "--version-id", version];
      expect(await json("s3api", "delete-object", ...at)).toEqual({ DeleteMarker: true, VersionId: version });
    }
    await stack.idle();
    const keys = (await shown("resources")).map(
      ({ Properties }) => (Properties as typeof MODEL).IntegrationResponseKey,
    );
    expect(keys.toSorted()).toEqual(["/back one/", "/back-two/"]);
    await aws("s3", "rm", "s3://specs/", "--recursive", "--exclude", "*", "--include", "back*");
    await stack.idle();
  });

  test("puts an earlier version of a document back", async () => {
    const file = join(folder, "earlier.yaml");
    for (const text of ["one", "two"]) {
      const template = { ...MODEL, ResponseTemplates: { "200": text } };
      await writeFile(file, `IntegrationResponses:\n  basic: ${JSON.stringify(template)}\n`);
      await aws("s3", "cp", file, "s3://specs/earlier.yaml");
      await stack.idle();
    }
    const query = "Versions[].VersionId";
    const at = ["--bucket", "specs", "--prefix", "earlier.yaml"];
    const [, first] = await json("s3api", "list-object-versions", ...at, "--query", query);
    const source = `specs/earlier.yaml?versionId=${first}`;
    const copied = await json(
      "s3api",
      "copy-object",
      "--bucket",
      "specs",
      "--key",
      "earlier.yaml",
      "--copy-source",
      source,
    );
    expect(copied).toMatchObject({ CopySourceVersionId: first, VersionId: expect.any(String) });
    await stack.idle();
    expect(await shown("resources")).toMatchObject([{ Properties: { ResponseTemplates: { "200": "one" } } }]);
    expect(await lastOutcome()).toMatchObject({
      "detail-type": "ApplySucceeded",
      detail: { metadata: { sequence: 3 }, data: { document: { versionId: copied.VersionId } } },
    });
    await aws("s3", "rm", "s3://specs/earlier.yaml");
    await stack.idle();
  });

  test("creates, updates and deletes a resource by itself", async () => {
    const settled = async (request: { ProgressEvent: { RequestToken: string } }) => {
      await expect
        .poll(
          async () => stack.cloudControl.getResourceRequestStatus(request.ProgressEvent).ProgressEvent.OperationStatus,
        )
        .toBe("SUCCESS");
      return json("cloudcontrol", "get-resource-request-status", "--request-token", request.ProgressEvent.RequestToken);
    };
    const created = await settled(
      await json("cloudcontrol", "create-resource", "--type-name", TYPE, "--desired-state", JSON.stringify(MODEL)),
    );
    const at = ["--type-name", TYPE, "--identifier", created.ProgressEvent.Identifier];
    const patch = JSON.stringify([{ op: "add", path: "/TemplateSelectionExpression", value: "200" }]);
    await settled(await json("cloudcontrol", "update-resource", ...at, "--patch-document", patch));
    expect(await shown("resources")).toMatchObject([{ Properties: { TemplateSelectionExpression: "200" } }]);
    await settled(await json("cloudcontrol", "delete-resource", ...at));
    await expect(aws("cloudcontrol", "get-resource", ...at)).rejects.toMatchObject({
      stderr: expect.stringContaining("(ResourceNotFoundException)"),
    });
  });

  test("sends a document as an event", async () => {
    const detail = { name: "sent.json", document: { IntegrationResponses: { sent: MODEL } } };
    const entry = {
      EventBusName: "specdrop",
      Source: "my.stack",
      DetailType: "SpecSubmitted",
      Detail: JSON.stringify(detail),
    };
    expect(await json("events", "put-events", "--entries", JSON.stringify([entry]))).toMatchObject({
      FailedEntryCount: 0,
    });
    await stack.idle();
    expect((await lastOutcome())?.["detail-type"]).toBe("ApplySucceeded");
    await aws("s3", "rm", "s3://specs/events/", "--recursive");
    await stack.idle();
    expect(await shown("resources")).toEqual([]);
  });

  test("syncs, moves and removes folders of objects", async () => {
    const from = join(folder, "tree");
    await mkdir(join(from, "a b"), { recursive: true });
    await writeFile(join(from, "one.txt"), "1");
    await writeFile(join(from, "a b", "zwei ü+%.txt"), "2");
    await writeFile(join(from, "large.txt"), "x".repeat(9_000_000));
    await aws("s3", "sync", from, "s3://specs/tree");
    const keys = async () =>
      ((await json("s3api", "list-objects-v2", "--bucket", "specs", "--prefix", "tree/")).Contents ?? []).map(
        ({ Key }: { Key: string }) => Key,
      );
    expect((await keys()).toSorted()).toEqual(["tree/a b/zwei ü+%.txt", "tree/large.txt", "tree/one.txt"]);
    await aws("s3", "mv", "s3://specs/tree/one.txt", "s3://specs/tree/two.txt");
    await aws("s3", "cp", "s3://specs/tree/a b/zwei ü+%.txt", join(folder, "back.txt"));
    expect(await readFile(join(folder, "back.txt"), "utf8")).toBe("2");
    await aws("s3", "rm", "s3://specs/tree", "--recursive");
    const objects = (await shown("events?bus=default"))
      .map(({ detail }) => detail as { object: { key: string; size?: number }; reason: string })
      .filter(({ object }) => object.key.startsWith("tree/"))
      .map(({ object, reason }) => `${reason} ${object.key}`);
    expect(objects.toSorted()).toEqual([
      "CompleteMultipartUpload tree/large.txt",
      "CopyObject tree/two.txt",
      "DeleteObject tree/a b/zwei ü+%.txt",
      "DeleteObject tree/large.txt",
      "DeleteObject tree/one.txt",
      "DeleteObject tree/two.txt",
      "PutObject tree/a b/zwei ü+%.txt",
      "PutObject tree/one.txt",
    ]);
  });

  test("moves a document of ten responses, and clients never miss one of them", async () => {
    const file = join(folder, "ten.yaml");
    const entries = Array.from({ length: 10 }, (_, index) => [
      `one${index}`,
      { ...MODEL, IntegrationResponseKey: `/${index}\\d\\d/`, ResponseTemplates: { "200": `${index}` } },
    ]);
    await writeFile(file, JSON.stringify({ IntegrationResponses: Object.fromEntries(entries) }));
    await aws("s3", "cp", file, "s3://specs/ten.yaml");
    await stack.idle();
    const live = async () => (await shown("resources")).map(({ Identifier }) => String(Identifier)).sort();
    const before = await live();
    expect(before).toHaveLength(10);

    const samples = new Set<string>();
    const stop = new AbortController();
    const reader = (async () => {
      while (!stop.signal.aborted) {
        samples.add(JSON.stringify(await live()));
        await sleep(50, undefined, { signal: stop.signal }).catch(() => undefined);
      }
    })();
    await aws("s3", "mv", "s3://specs/ten.yaml", "s3://specs/sub/ten.yaml");
    await stack.idle();
    stop.abort();
    await reader;
    expect([...samples]).toEqual([JSON.stringify(before)]);

    await aws("s3", "cp", file, "s3://specs/sub/ten.yaml");
    await stack.idle();
    expect((await lastOutcome())?.["detail-type"]).toBe("ApplyUnchanged");
    await aws("s3", "rm", "s3://specs/sub/ten.yaml");
    await stack.idle();
    expect(await shown("resources")).toEqual([]);
  });

  test("reads queues and tables", async () => {
    const { QueueUrl } = await json("sqs", "get-queue-url", "--queue-name", "specdrop.fifo");
    expect(QueueUrl).toBe(stack.queueUrl);
    expect(
      (await json("sqs", "get-queue-attributes", "--queue-url", QueueUrl, "--attribute-names", "All")).Attributes,
    ).toMatchObject({
      FifoQueue: "true",
    });
    expect(await json("dynamodb", "list-tables")).toEqual({ TableNames: ["specdrop"] });
  });

  test("makes an API, and deploys it with the command that specdrop prints", async () => {
    const make = (operation: string, ...args: readonly string[]) =>
      json("apigatewayv2", `create-${operation}`, ...args);
    const selection = ["--route-selection-expression", "$request.body.action"];
    const { ApiId } = await make("api", "--name", "chat", "--protocol-type", "WEBSOCKET", ...selection);
    const api = ["--api-id", ApiId];
    const { IntegrationId } = await make("integration", ...api, "--integration-type", "MOCK");
    const target = `integrations/${IntegrationId}`;
    const { RouteId } = await make("route", ...api, "--route-key", "send", "--target", target);
    const key = ["--route-id", RouteId, "--route-response-key", "$default"];
    expect(await make("route-response", ...api, ...key)).toMatchObject({ RouteResponseKey: "$default" });
    expect(await make("stage", ...api, "--stage-name", "prod")).toEqual({ StageName: "prod" });
    const { DeploymentId } = await make("deployment", ...api, "--stage-name", "prod");
    const stages = stack.cloudControl.resources().filter(({ Identifier }) => Identifier === `${ApiId}|prod`);
    expect(stages).toMatchObject([{ Properties: { DeploymentId } }]);
    await expect(make("deployment", ...api, "--stage-name", "typo")).rejects.toThrow("NotFoundException");
    await expect(make("stage", ...api, "--stage-name", "prod")).rejects.toThrow("ConflictException");
  });
});
