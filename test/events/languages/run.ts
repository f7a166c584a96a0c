import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { startStack } from "@specdrop/local/stack";
import { maker } from "../../local/chat-api.ts";

// A producer and consumer in each language sends 50 documents to the embedded stack, and waits until each is answered
// under its correlation id. `node test/events/languages/run.ts`; what is not installed is skipped, and said so.

const ROOT = path.resolve(import.meta.dirname, "../../..");
const GO_MODULES = ["config@v1.33.18", "service/eventbridge@v1.55.11", "service/sqs@v1.53.0"].map(
  (module) => `github.com/aws/aws-sdk-go-v2/${module}`,
);
const GENERATOR = "github.com/atombender/go-jsonschema@v0.24.1";
const CAP_MS = 240_000;

interface Language {
  readonly name: string;
  /** Why it cannot be run here; absent where it can. */
  readonly prepare: (folder: string) => string | undefined;
  readonly command: (folder: string) => readonly string[];
}

const here = (file: string) => path.join(import.meta.dirname, file);

function call(command: string, args: readonly string[], cwd: string, timeout = CAP_MS): string | undefined {
  const { status, error, stderr, stdout } = spawnSync(command, args, { cwd, timeout, encoding: "utf8" });
  return status === 0
    ? undefined
    : `${command} ${args.join(" ")}: ${error?.message ?? stderr ?? ""}${stdout ?? ""}`.slice(0, 400);
}

const LANGUAGES: readonly Language[] = [
  {
    name: "TypeScript",
    prepare(folder) {
      if (!existsSync(path.join(ROOT, "dist/package/types"))) return "dist/package is missing: run npm run pack";
      mkdirSync(path.join(folder, "node_modules"));
      symlinkSync(path.join(ROOT, "dist/package"), path.join(folder, "node_modules/specdrop"));
      for (const scope of ["@aws-sdk", "@types", "@smithy"])
        symlinkSync(path.join(ROOT, "node_modules", scope), path.join(folder, "node_modules", scope));
      copyFileSync(here("client.ts"), path.join(folder, "client.ts"));
      writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
      const compilerOptions = {
        strict: true,
        module: "nodenext",
        target: "es2024",
        types: ["node"],
        outDir: "out",
        skipLibCheck: true,
      };
      writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["client.ts"] }));
      return call(path.join(ROOT, "node_modules/.bin/tsc"), ["-p", folder], folder);
    },
    command: (folder) => [process.execPath, path.join(folder, "out/client.js")],
  },
  {
    name: "Python",
    prepare: (folder) => call("python3", ["-c", "import boto3"], folder),
    command: () => ["python3", here("client.py")],
  },
  {
    name: "Go",
    prepare(folder) {
      copyFileSync(here("client.go"), path.join(folder, "client.go"));
      writeFileSync(path.join(folder, "go.mod"), "module client\n\ngo 1.24\n");
      const schema = path.join(ROOT, "packages/events/schemas/SpecdropEvent.json");
      return (
        call("go", ["version"], folder) ??
        call("go", ["get", ...GO_MODULES], folder) ??
        call("go", ["run", GENERATOR, "-p", "main", "-o", "event.go", schema], folder) ??
        call("go", ["build", "-o", "client", "."], folder)
      );
    },
    command: (folder) => [path.join(folder, "client")],
  },
];

const stack = await startStack({ sweepEverySeconds: 0 });
stack.cloudControl.changeFaults({ settleMs: 1, rps: 1_000, burst: 1_000 });
const { region, clientSettings } = stack;
const [bus, sqs, make] = [
  new EventBridgeClient(clientSettings),
  new SQSClient(clientSettings),
  maker(stack.cloudControl),
];
let failed = false;
for (const { name, prepare, command } of LANGUAGES) {
  const folder = mkdtempSync(path.join(tmpdir(), "specdrop-language-"));
  try {
    const reason = prepare(folder);
    if (reason !== undefined) {
      console.log(`${name}: skipped (${reason})`);
      continue;
    }
    const [API_ID, Name] = [make.api(), `results-${name.toLowerCase()}`];
    const INTEGRATION_ID = make.integration(API_ID);
    make.route(API_ID, "$default", INTEGRATION_ID);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: Name }));
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
    const EventPattern = JSON.stringify({ source: ["specdrop"] });
    await bus.send(new PutRuleCommand({ Name, EventBusName: stack.bus, EventPattern }));
    const Targets = [{ Id: "queue", Arn: Attributes?.["QueueArn"] }];
    await bus.send(new PutTargetsCommand({ Rule: Name, EventBusName: stack.bus, Targets }));
    const env = {
      ...process.env,
      ...{ AWS_ENDPOINT_URL: stack.url, AWS_REGION: region, AWS_DEFAULT_REGION: region },
      ...{
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        BUS: stack.bus,
        QUEUE_URL: QueueUrl,
        API_ID,
        INTEGRATION_ID,
      },
    };
    const [program = "", ...args] = command(folder);
    const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "inherit"], timeout: CAP_MS });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    console.log(`${name}: ${said.trim()}${code === 0 ? "" : ` (exit code ${code})`}`);
    failed ||= code !== 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
await stack.close();
process.exitCode = failed ? 1 : 0;
