import { once } from "node:events";
import { join, relative } from "node:path";
import { parseResultEvent, type ResultEvent } from "@specdrop/events";
import { startStack } from "@specdrop/local/index";
import { visible } from "@specdrop/spec";
import { PACKAGE_ROOT } from "../pages/package-files.ts";
import { errorLines, formatResult } from "../report/result-line.ts";
import { troubleLines } from "../report/trouble-lines.ts";
import { onInterrupt } from "../terminal/interruption.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface DevOptions {
  readonly port: number;
  /** The folder that keeps the state; without it, nothing is kept. */
  readonly data?: string;
  readonly slack: "webhook" | "bot";
  /** The bucket has no versions. */
  readonly unversioned?: boolean;
}

/** So long a new stack waits, before it takes the leases that a killed one left. */
const LEASE_TTL_MS = 3_000;

/** Runs the embedded stack until SIGINT or SIGTERM. */
export async function dev({ port, data, slack, unversioned = false }: DevOptions, terminal: Terminal): Promise<number> {
  const stopping = new AbortController();
  const interruption = onInterrupt(() => stopping.abort());
  const watch = stopWithNpx(() => stopping.abort());

  try {
    const stack = await startStack({
      port,
      unversioned,
      leaseTtlMs: LEASE_TTL_MS,
      slack: { mode: slack },
      log: (line) => {
        for (const each of troubleLines(line, terminal.paintNote)) terminal.note(each);
      },
      onResult: (event) => tellResult(event, terminal),
      ...(data === undefined ? {} : { data }),
    });
    terminal.out(`ready ${stack.url}`);
    terminal.note(introduction(stack.url, terminal));

    if (!stopping.signal.aborted) await once(stopping.signal, "abort");
    const kept = data === undefined ? "Nothing is kept: the next start is empty." : `Everything is kept in ${data}.`;
    terminal.note(`Stopped. ${kept}`);
    await stack.close();
    return 0;
  } finally {
    clearInterval(watch);
    interruption.release();
  }
}

/** npx passes no SIGTERM on: where it is killed, it leaves its command to another parent. */
function stopWithNpx(stop: () => void): NodeJS.Timeout | undefined {
  if (process.env["npm_command"] !== "exec") return undefined;
  const parent = process.ppid;
  return setInterval(() => {
    if (process.ppid !== parent) stop();
  }, 500).unref();
}

function introduction(url: string, { paintNote }: Terminal): string {
  const parent = `'{"ApiId":"abcdefghij","IntegrationId":"hello01"}'`;
  const commands = [
    `export AWS_ENDPOINT_URL=${url} AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local`,
    `aws s3 cp ${example("hello.yaml")} s3://specs/`,
    `aws cloudcontrol list-resources --type-name AWS::ApiGatewayV2::IntegrationResponse --resource-model ${parent}`,
    `npx specdrop apply ${example("chat.yaml")}`,
    "aws s3 rm s3://specs/hello.yaml",
  ];
  return [
    "S3 (bucket specs), EventBridge (bus specdrop), SQS, DynamoDB, Cloud Control, SSM and Lambda. In another terminal:",
    ...commands.map((command) => `  ${paintNote("cyan", command)}`),
    `What is live, what is wrong and what to do: open ${paintNote("cyan", `${url}/_specdrop/`)} in a browser.`,
    `Events so far: curl ${url}/_specdrop/events (or slack, resources). Ctrl-C stops it.`,
    "",
  ].join("\n");
}

/** The path of an example, as a person would type it here. */
function example(file: string): string {
  return relative(process.cwd(), join(PACKAGE_ROOT, "examples", file));
}

/** A line for each result on the bus, as any other consumer would get it. */
function tellResult(event: unknown, terminal: Terminal): void {
  const result = parseResultEvent(event);
  if (result.ok) terminal.note(resultLine(result.value, terminal));
}

function resultLine(event: ResultEvent, { paintNote }: Terminal): string {
  const { metadata, data } = event.detail;
  const isBad = event.detailType === "ApplyFailed" || event.detailType === "SpecRejected";
  const time = new Date(metadata.time).toTimeString().slice(0, 8);
  const api = data.apiId === undefined ? "" : ` on ${data.apiId}`;
  const errors = isBad ? errorLines(event) : [];
  const line = `${time} ${visible(metadata.documentId)}${api}: ${paintNote(isBad ? "red" : "green", formatResult(event))}`;
  return [line, ...errors.map((each) => `         ${each}`)].join("\n");
}
