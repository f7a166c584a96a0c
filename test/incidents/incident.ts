import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type Stack, type StackOptions, startStack } from "@specdrop/local/stack";
import { clock } from "./clock.ts";
import { createObserver, type Observed } from "./observe.ts";

/** One that is played, minute by minute. */
export interface Incident {
  readonly title: string;
  /** What a reader is to know before the table. */
  readonly about: string;
  readonly minutes: number;
  readonly options?: (stackOf: () => Stack, sinks: Observer) => Pick<StackOptions, "slack" | "functions">;
  readonly steps: readonly Step[];
  /** Throws where it did not go as it should. */
  readonly check: (observed: Observed) => void;
}

export interface Step {
  readonly minute: number;
  readonly says: string;
  readonly act: (stack: Stack) => Promise<unknown> | unknown;
}

export type Observer = ReturnType<typeof createObserver>;

/** A document of one API, with so many responses. */
export function document(apiId: string, text: string, responses = 1): string {
  const entries = Array.from({ length: responses }, (_, index) => [
    `r${index}`,
    {
      IntegrationResponseKey: index === 0 ? "$default" : `/4${String(index).padStart(2, "0")}/`,
      ResponseTemplates: { "application/json": `{"text":"${text}"}` },
    },
  ]);
  return JSON.stringify({ ApiId: apiId, IntegrationId: "abc1234", IntegrationResponses: Object.fromEntries(entries) });
}

export async function drop(stack: Stack, key: string, body: string): Promise<void> {
  const s3 = new S3Client({ ...stack.clientSettings, forcePathStyle: true });
  await s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key: key, Body: body }));
  s3.destroy();
}

export const API = "a1b2c3d4e5";

/** Plays an incident on a stack with the delays of a deployment, whose document chat.yaml is live. */
export async function play({ options, steps, minutes, check }: Incident): Promise<Observed> {
  const observer = createObserver(clock.now);
  let stack: Stack | undefined;
  const stackOf = () => {
    if (stack === undefined) throw new Error("the stack has not started");
    return stack;
  };
  const running = await startStack({
    delays: "deployed",
    slack: { mode: "bot", paced: true },
    log: observer.log,
    metric: observer.metric,
    ...options?.(stackOf, observer),
  });
  stack = running;
  clock.watch(() => running.inFlight.count() > 0);
  try {
    running.cloudControl.changeFaults({ settleMs: 2_000 });
    await drop(running, "chat.yaml", document(API, "before"));
    await clock.sleep(60_000);
    await running.idle();
    observer.begin();
    const begun = clock.now();
    for (let minute = 0; minute <= minutes; minute++) {
      for (const step of steps.filter((each) => each.minute === minute)) {
        observer.happens(step.says);
        await step.act(running);
      }
      await clock.sleep(Math.max(1, begun + (minute + 1) * 60_000 - 1_000 - clock.now()));
      await observer.look(running);
    }
    const observed = observer.end(running);
    check(observed);
    return observed;
  } finally {
    await running.close();
  }
}
