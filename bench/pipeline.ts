import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { startStack } from "@specdrop/local/index";
import { median, quantile, report, round, roundsAsked } from "./lib/report.ts";

const DOCUMENTS = 1_000;
/** A busy machine gets no further than this, and says how far that was. */
const LONGEST_MS = 90_000;
const APIS = 50;
const SETTLE_MS = 20;
/** Documents on their way at once; the rest is dropped as these arrive. */
const UNDER_WAY = 50;
/** As many as the infrastructure lets run at once. */
const POLLERS = 5;
const HUGE_RESPONSES = 150;
const SMALL_APIS = 10;
const SMALL_EACH = 2;

interface Result {
  readonly metadata: { readonly documentId: string };
}

/** Small documents beside a huge one may take so many times what they take alone: theirs are other APIs. */
const GOAL = { besideToAlone: 1.5 };

interface Row {
  readonly what: string;
  readonly "documents/s": number;
  readonly "p50 ms": number;
  readonly "p95 ms": number;
  readonly "slowest ms": number;
}

/**
 * Files dropped into the embedded stack, and how long until their results are on the bus. The many are dropped once, for
 * each of them is measured; what a huge one does to small ones is seen in several rounds.
 */
async function main(): Promise<void> {
  const rounds = roundsAsked(3);
  const all = await many();
  const beside: (readonly Row[])[] = [];
  for (let round = 0; round < rounds; round++) beside.push(await besideHuge());
  const [alone, besides, huge] = mediansOf(beside);
  const isMet = Number(besides?.["p95 ms"]) <= Number(alone?.["p95 ms"]) * GOAL.besideToAlone;
  const rows = [all, alone, { ...besides, goal: isMet ? "met" : "missed" }, huge].filter((row) => row !== undefined);
  report("pipeline", rows, {
    documents: DOCUMENTS,
    apis: APIS,
    settleMs: SETTLE_MS,
    pollers: POLLERS,
    goal: GOAL,
    rounds,
  });
}

/** One row of each round after the other; of every measure the median. */
function mediansOf(rounds: readonly (readonly Row[])[]): readonly Row[] {
  const [first = []] = rounds;
  return first.map((row, at) => {
    const measure = (name: keyof Omit<Row, "what">) => median(rounds.flatMap((rows) => rows[at]?.[name] ?? []));
    return {
      what: row.what,
      "documents/s": measure("documents/s"),
      "p50 ms": measure("p50 ms"),
      "p95 ms": measure("p95 ms"),
      "slowest ms": measure("slowest ms"),
    };
  });
}

async function start(settleMs: number) {
  const waiting = new Map<string, (at: number) => void>();
  const stack = await startStack({
    pollers: POLLERS,
    sweepEverySeconds: 0,
    timeoutMs: 900_000,
    onResult(event) {
      const { metadata } = (event as { detail: Result }).detail;
      waiting.get(metadata.documentId)?.(performance.now());
    },
  });
  stack.cloudControl.changeFaults({ settleMs });
  const s3 = new S3Client({ ...stack.clientSettings, forcePathStyle: true });
  return {
    /** Drops a document; resolves to the milliseconds until its result was published. */
    async drop(Key: string, api: number, responses: number): Promise<number> {
      const published = new Promise<number>((resolve) => waiting.set(`s3://${stack.bucket}/${Key}`, resolve));
      const droppedAt = performance.now();
      await s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key, Body: documentOf(Key, api, responses) }));
      return (await published) - droppedAt;
    },
    async close() {
      s3.destroy();
      await stack.close();
    },
  };
}

function documentOf(name: string, api: number, responses: number): string {
  const all = Array.from({ length: responses }, (_, n) => [
    `response${n}`,
    { IntegrationResponseKey: `/${name.replaceAll(/\W/g, "")}${n}/`, TemplateSelectionExpression: "200" },
  ]);
  const ApiId = `api${String(api).padStart(7, "0")}`;
  return JSON.stringify({ ApiId, IntegrationId: "int0001", IntegrationResponses: Object.fromEntries(all) });
}

async function many(): Promise<Row> {
  const pipeline = await start(SETTLE_MS);
  const startedAt = performance.now();
  const latencies: number[] = [];
  let next = 0;
  const worker = async () => {
    for (let n = next++; n < DOCUMENTS && performance.now() - startedAt < LONGEST_MS; n = next++) {
      latencies.push(await pipeline.drop(`document-${n}.json`, n % APIS, 1));
    }
  };
  await Promise.all(Array.from({ length: UNDER_WAY }, worker));
  const seconds = (performance.now() - startedAt) / 1_000;
  await pipeline.close();
  return rowOf(`${latencies.length} of ${DOCUMENTS} documents on ${APIS} APIs`, latencies, seconds);
}

/** Small documents alone, and beside one that keeps its API busy all the time. */
async function besideHuge(): Promise<readonly Row[]> {
  const pipeline = await start(SETTLE_MS);
  const small = async (round: string) => {
    const startedAt = performance.now();
    const latencies: number[] = [];
    for (let turn = 0; turn < SMALL_EACH; turn++) {
      const drops = Array.from({ length: SMALL_APIS }, (_, n) => pipeline.drop(`${round}-${turn}-${n}.json`, n + 1, 1));
      latencies.push(...(await Promise.all(drops)));
    }
    return { latencies, seconds: (performance.now() - startedAt) / 1_000 };
  };
  const alone = await small("alone");
  let isHugeDone = false;
  const huge = pipeline.drop("huge.json", 0, HUGE_RESPONSES).then((milliseconds) => {
    isHugeDone = true;
    return milliseconds;
  });
  const beside = await small("beside");
  const wasBusy = !isHugeDone;
  const hugeMs = await huge;
  await pipeline.close();
  if (!wasBusy) throw new Error("The huge document was done before the small ones: it is not huge enough");
  return [
    rowOf(`${SMALL_APIS * SMALL_EACH} small ones alone`, alone.latencies, alone.seconds),
    rowOf(`the same beside one of ${HUGE_RESPONSES} responses`, beside.latencies, beside.seconds),
    rowOf(`that one`, [hugeMs], hugeMs / 1_000),
  ];
}

function rowOf(what: string, latencies: readonly number[], seconds: number): Row {
  return {
    what,
    "documents/s": round(latencies.length / seconds, 1),
    "p50 ms": round(quantile(latencies, 0.5)),
    "p95 ms": round(quantile(latencies, 0.95)),
    "slowest ms": round(Math.max(...latencies)),
  };
}

await main();
