import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { acceptDocument } from "@specdrop/service/intake";
import { type ReconcilePorts, reconcile } from "@specdrop/service/reconcile";
import type { Signal } from "../packages/service/src/ports/signals.ts";
import { type Line, lineChart } from "./lib/chart.ts";
import { countedLedger } from "./lib/counted-ledger.ts";
import { quantile, report, round } from "./lib/report.ts";
import { virtualAccount } from "./lib/virtual-cloud.ts";
import { type VirtualTime, virtualTime } from "./lib/virtual-time.ts";

const ACCOUNTS = 20;
const APIS = 50;
const DOCUMENTS = 500;
/** Facts of AWS come first: API Gateway's quotas (developer guide), and how long most operations take. */
const QUOTA = { rps: 10, burst: 40 };
const SETTLE_MS = 1_500;
/** As sst.config.ts has it. */
const CONCURRENCY = 5;
const MEMORY_GB = 0.5;
const LEDGER_MS = 5;
/** Calls to API Gateway for a document of one response: a list, three checks, and the create. */
const CALLS_EACH = 5;
/** US East (N. Virginia), dollars, DynamoDB on demand and Lambda on arm64, as third parties tell them: see the page. */
const PRICES = {
  millionReads: priceAsked("price-reads", 0.125),
  millionWrites: priceAsked("price-writes", 0.625),
  gbSecond: priceAsked("price-gb-second", 0.0000133334),
  millionInvocations: priceAsked("price-invocations", 0.2),
};
const SAMPLE_MS = 5_000;

interface AccountRun {
  readonly seconds: number;
  readonly latencies: readonly number[];
  readonly depths: readonly (readonly [at: number, waiting: number])[];
  readonly reads: number;
  readonly writes: number;
  readonly lambdaSeconds: number;
  readonly invocations: number;
  readonly succeeded: number;
  readonly throttled: number;
}

/** Ten thousand documents, dropped at once; every account has quotas, a table, a queue and functions of its own. */
async function main(): Promise<void> {
  const runs: AccountRun[] = [];
  for (let account = 1; account <= ACCOUNTS; account++) runs.push(await simulate(account));
  const boundSeconds = Math.max(
    (DOCUMENTS * CALLS_EACH - QUOTA.burst) / QUOTA.rps,
    (DOCUMENTS / APIS) * (SETTLE_MS / 1_000),
  );
  const sum = (of: (run: AccountRun) => number) => runs.reduce((total, run) => total + of(run), 0);
  const changes = sum(({ succeeded }) => succeeded);
  const thousand = changes / 1_000;
  const seconds = Math.max(...runs.map((run) => run.seconds));
  const latencies = runs.flatMap((run) => run.latencies);
  const ledger =
    (sum(({ reads }) => reads) * PRICES.millionReads + sum(({ writes }) => writes) * PRICES.millionWrites) / 1e6;
  const gbSeconds = sum(({ lambdaSeconds }) => lambdaSeconds) * MEMORY_GB;
  const lambda =
    gbSeconds * PRICES.gbSecond + (sum(({ invocations }) => invocations) * PRICES.millionInvocations) / 1e6;
  const rows = [
    { what: "documents, each of one new response", value: ACCOUNTS * DOCUMENTS },
    { what: "changes that succeeded", value: changes },
    { what: "time to converge, s", value: round(seconds, 0) },
    { what: "bound, s", value: round(boundSeconds, 0) },
    { what: "ratio", value: round(seconds / boundSeconds, 2) },
    { what: "from drop to result, median s", value: round(quantile(latencies, 0.5), 0) },
    { what: "from drop to result, p95 s", value: round(quantile(latencies, 0.95), 0) },
    { what: "calls that AWS throttled", value: sum(({ throttled }) => throttled) },
    { what: "ledger: read units per 1,000 changes", value: round(sum(({ reads }) => reads) / thousand) },
    { what: "ledger: write units per 1,000 changes", value: round(sum(({ writes }) => writes) / thousand) },
    { what: "ledger: dollars per 1,000 changes", value: round(ledger / thousand, 4) },
    { what: "Lambda: seconds per 1,000 changes", value: round(sum(({ lambdaSeconds }) => lambdaSeconds) / thousand) },
    { what: "Lambda: dollars per 1,000 changes", value: round(lambda / thousand, 4) },
  ];
  report("scale", rows, { prices: PRICES, quota: QUOTA, settleMs: SETTLE_MS });
  const waiting: Line = { name: "signals waiting or worked on", points: depthOverTime(runs) };
  const ideal: Line = {
    name: "at the bound",
    points: [
      [0, ACCOUNTS * DOCUMENTS],
      [boundSeconds, 0],
    ],
  };
  write(
    "scale.svg",
    lineChart("10,000 documents on 1,000 APIs in 20 accounts", "seconds since all were dropped", [waiting, ideal]),
  );
  const path = write("scale.md", page(rows, round(sum(({ invocations }) => invocations) / thousand)));
  spawnSync("npx", ["biome", "format", "--write", path], { stdio: "ignore" });
}

async function simulate(seed: number): Promise<AccountRun> {
  const time = virtualTime();
  const account = virtualAccount(time, { settleMs: SETTLE_MS }, seed, QUOTA);
  const { ledger, spent, note } = countedLedger(time, LEDGER_MS);
  const startedAt = time.now();
  const elapsed = () => (time.now() - startedAt) / 1_000;
  const texts = new Map<string, string>();
  const waiting: Signal[] = [];
  const busy = new Set<string>();
  const latencies: number[] = [];
  const depths: [number, number][] = [[0, 0]];
  const tally = { succeeded: 0, lambdaSeconds: 0, invocations: 0, left: DOCUMENTS };
  const { requestRate } = account.ports;
  const booked = (work: Promise<number>) => {
    note({ reads: 1, writes: 1 });
    return work;
  };
  const deps: ReconcilePorts = {
    ...account.ports,
    ledger,
    requestRate: { ...requestRate, book: (requests) => booked(requestRate.book(requests)) },
    store: {
      read: async (source) => ({
        source,
        body: new TextEncoder().encode(texts.get(source.key)),
        metadata: {},
        truncated: false,
      }),
      write: async (key) => ({ bucket: "specs", key }),
    },
    queue: { send: async (signal) => void waiting.push(signal) },
    bus: {
      async publish(events) {
        for (const { detail } of events) {
          latencies.push(elapsed());
          tally.succeeded += detail.data.summary.create;
          tally.left -= 1;
        }
      },
    },
    log: { info: () => {}, warn: () => {}, error: () => {} },
  };

  async function invoke(work: () => Promise<unknown>): Promise<void> {
    const begunAt = time.now();
    await work();
    tally.lambdaSeconds += (time.now() - begunAt) / 1_000;
    tally.invocations += 1;
  }

  function nextSignal(): Signal | undefined {
    const index = waiting.findIndex(({ apiId }) => !busy.has(apiId));
    return index === -1 ? undefined : waiting.splice(index, 1)[0];
  }

  async function worker(name: number): Promise<void> {
    while (tally.left > 0) {
      const signal = nextSignal();
      if (signal === undefined) {
        await time.sleep(50);
        continue;
      }
      busy.add(signal.apiId);
      await invoke(() => reconcile(deps, signal, { deadline: time.now() + 14 * 60_000, owner: `${name}` }));
      busy.delete(signal.apiId);
    }
  }

  async function watch(): Promise<void> {
    while (tally.left > 0) {
      depths.push([elapsed(), tally.left]);
      await time.sleep(SAMPLE_MS);
    }
    depths.push([elapsed(), 0]);
  }

  const drops = Array.from({ length: DOCUMENTS }, (_, n) => {
    const key = `document-${n}.json`;
    const ApiId = `api${String(n % APIS).padStart(7, "0")}`;
    const body = JSON.stringify({
      ApiId,
      IntegrationId: "int0001",
      IntegrationResponses: { response: { IntegrationResponseKey: `/${n}/`, TemplateSelectionExpression: "200" } },
    });
    texts.set(key, body);
    const source = { bucket: "specs", key, etag: String(n) };
    return invoke(() =>
      acceptDocument(deps, { documentId: `s3://specs/${key}`, source, correlationId: key, sequencer: "1", body }),
    );
  });
  const workers = Array.from({ length: CONCURRENCY }, (_, name) => worker(name));
  await runAll(time, [...drops, ...workers, watch()]);
  const { reads, writes } = spent;
  return {
    ...tally,
    seconds: Math.max(...latencies),
    latencies,
    depths,
    reads,
    writes,
    throttled: account.throttled(),
  };
}

/** What a flag says that something costs, in dollars. */
function priceAsked(flag: string, otherwise: number): number {
  const { values } = parseArgs({ options: { [flag]: { type: "string" } }, strict: false });
  const price = Number(values[flag] ?? otherwise);
  if (!Number.isFinite(price) || price < 0) throw new Error(`--${flag} takes a price in dollars`);
  return price;
}

async function runAll(time: VirtualTime, work: readonly Promise<void>[]): Promise<void> {
  await time.until(Promise.all(work).then(() => undefined));
}

/** What waits in all accounts together. */
function depthOverTime(runs: readonly AccountRun[]): Line["points"] {
  const end = Math.max(...runs.map((run) => run.seconds));
  const steps = Array.from({ length: Math.ceil((end * 1_000) / SAMPLE_MS) + 1 }, (_, n) => (n * SAMPLE_MS) / 1_000);
  const depthAt = (run: AccountRun, at: number) => run.depths.findLast(([when]) => when <= at)?.[1] ?? 0;
  return steps.map((at) => [
    at,
    at === 0 ? ACCOUNTS * DOCUMENTS : runs.reduce((all, run) => all + depthAt(run, at), 0),
  ]);
}

function page(rows: readonly { readonly what: string; readonly value: number }[], invocations: number): string {
  const lines = rows.map(({ what, value }) => `| ${what} | ${value.toLocaleString("en")} |`);
  return `# Scale

<!-- Written by \`npm run bench:scale\`. -->

Ten thousand documents of one new response each are dropped at the same moment, on 1,000 APIs in 20 accounts. Every
account has its own deployment, as quotas are an account's. The use cases, the engine and the embedded Cloud Control are
the real ones; time is simulated, so that this takes a minute and comes out the same everywhere.

![How many documents wait, over time](scale.svg)

| | |
| --- | ---: |
${lines.join("\n")}

- **Limits.** API Gateway takes 10 requests a second and 40 at once from an account, and one change at a time on an API
  (API Gateway developer guide, quotas). An operation settles after ${SETTLE_MS / 1_000} s; ${CONCURRENCY} functions
  reconcile at a time, as deployed; a request to the ledger takes ${LEDGER_MS} ms.
- **The bound.** A document asks API Gateway for ${CALLS_EACH} things: one list, three checks, the create. The account's
  rate makes ${DOCUMENTS} documents take (${DOCUMENTS} × ${CALLS_EACH} − ${QUOTA.burst}) / ${QUOTA.rps} s; that each API
  settles its ten one after the other is quicker than that. Accounts do not wait for each other.
- **Ledger.** Request units are counted by what the DynamoDB ledger asks for: 1 for a read of up to 4 KB, 1 for a write
  of up to 1 KB, 4 for a write that is guarded by the lease. Each booking of the account's rate is a read and a write.
- **Prices** are assumptions, in dollars, for US East (N. Virginia). AWS fills the figures of its price pages in while they
  are shown, so that they could not be read there; check yours before you rely on these:

  | what | price | read where | flag |
  | --- | ---: | --- | --- |
  | DynamoDB on demand, a million read request units | ${PRICES.millionReads} | [Airbyte](https://airbyte.com/data-engineering-resources/dynamodb-pricing), 21 July 2025 | \`--price-reads\` |
  | DynamoDB on demand, a million write request units | ${PRICES.millionWrites} | the same | \`--price-writes\` |
  | Lambda on arm64, a GB-second | ${PRICES.gbSecond.toFixed(10)} | [Cloudchipr](https://cloudchipr.com/blog/aws-lambda-pricing), 2024 | \`--price-gb-second\` |
  | Lambda, a million invocations | ${PRICES.millionInvocations} | [How AWS Pricing Works](https://docs.aws.amazon.com/whitepapers/latest/how-aws-pricing-works/lambda.html), undated | \`--price-invocations\` |

  The ledger costs read units × the first and write units × the second, each per million; Lambda costs seconds ×
  ${MEMORY_GB} GB × the third and invocations × the fourth per million, with ${invocations.toLocaleString("en")} invocations per 1,000 changes. For
  other prices: \`npm run bench:scale -- --price-writes 0.7\`, and so on. Intake and reconcile are counted, with
  ${MEMORY_GB * 1_024} MB each; cold starts, SQS, EventBridge and S3 are not.
`;
}

function write(name: string, text: string): string {
  const folder = new URL("../docs/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  const path = fileURLToPath(new URL(name, folder));
  writeFileSync(path, text);
  return path;
}

await main();
