import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type Stack, startStack } from "@specdrop/local/index";
import { linkTo } from "../../test/bundles/build.ts";
import type { FunctionName } from "../../test/bundles/functions.ts";
import { type FunctionSettings, startEnvironment } from "../../test/bundles/lambda/execution-environment.ts";
import { environmentOf, linksOf } from "../../test/bundles/lambda/shipped.ts";
import { type Exchange, startRecorder } from "./exchanges.ts";

/** The first event of a function that has just started, and all it asks for because of it. */
export interface Scenario {
  readonly name: string;
  readonly function: FunctionName;
  readonly event: unknown;
  readonly exchanges: readonly Exchange[];
  /** The address that the requests went to. */
  readonly url: string;
  /** As deployed, but that all its requests go to an address. */
  readonly settings: (url: string) => Promise<FunctionSettings>;
}

const RESPONSE = { IntegrationResponseKey: "$default", ResponseTemplates: { "200": '{"ok":true}' } };
const DOCUMENT = { ApiId: "a1b2c3d4e5", IntegrationId: "abc1234", IntegrationResponses: { ok: RESPONSE } };
const YAML = `ApiId: a1b2c3d4e6
IntegrationId: abc1234
IntegrationResponses:
  ok:
    IntegrationResponseKey: $default
    ResponseTemplates:
      "200": '{"ok":true}'
`;

/** Has the embedded stack run a JSON and a YAML document through the bundles, each of which starts for each event. */
export async function recordScenarios(folderOf: (name: FunctionName) => string): Promise<readonly Scenario[]> {
  const scenarios: Scenario[] = [];
  const failures: unknown[] = [];
  let suffix = "";

  async function run(name: FunctionName, event: unknown): Promise<unknown> {
    const recorder = await startRecorder(stack.url);
    const deployed = { environment: environmentOf(name, stack), links: linksOf(name, stack) };
    const settings = (url: string) => settingsFor(name, folderOf(name), movedTo(url, stack.url, deployed));
    const environment = await startEnvironment(await settings(recorder.url));
    try {
      const answer = await environment.invoke(event);
      const { exchanges, url } = recorder;
      scenarios.push({ name: name + suffix, function: name, event, exchanges, url, settings });
      return answer;
    } catch (error) {
      failures.push(error);
      throw error;
    } finally {
      await environment.stop();
      recorder.close();
    }
  }

  const stack: Stack = await startStack({
    sweepEverySeconds: 0,
    functions: {
      intake: (event) => run("intake", event),
      reconcile: (event) => run("reconcile", event),
      notify: (event) => run("notify", event),
      sweep: (event) => run("sweep", event),
    },
  });
  stack.cloudControl.changeFaults({ settleMs: 0 });
  const s3 = new S3Client({ ...stack.clientSettings, forcePathStyle: true });
  const drop = async (Key: string, Body: string) => {
    await s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key, Body }));
    await stack.idle();
  };
  try {
    await drop("chat.json", JSON.stringify(DOCUMENT));
    await stack.sweep();
    suffix = ", YAML";
    await drop("chat.yaml", YAML);
  } finally {
    s3.destroy();
    await stack.close();
  }
  if (failures.length > 0) throw new AggregateError(failures, "The bundles failed");
  return scenarios;
}

interface Deployed {
  readonly environment: Readonly<Record<string, string>>;
  readonly links: Readonly<Record<string, object>>;
}

/** Queues and secrets are addresses too. */
function movedTo(url: string, from: string, deployed: Deployed): Deployed {
  return JSON.parse(JSON.stringify(deployed).replaceAll(from, url));
}

async function settingsFor(name: FunctionName, folder: string, deployed: Deployed): Promise<FunctionSettings> {
  const linked = await linkTo(folder, deployed.links);
  return { name, folder, environment: { ...deployed.environment, ...linked }, memoryMb: 512, timeoutMs: 60_000 };
}
