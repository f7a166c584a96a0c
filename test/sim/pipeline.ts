import type { ResultEvent } from "@specdrop/events";
import {
  intakeObjectEvent,
  intakeSubmitted,
  intakeWithdrawn,
  parseEnvelope,
  parseObjectEvent,
} from "@specdrop/service/intake";
import { notify } from "@specdrop/service/notify";
import type { Log } from "@specdrop/service/ports";
import { giveUp, reconcile } from "@specdrop/service/reconcile";
import { resignal, type Swept, sweep } from "@specdrop/service/sweep";
import type { Signal } from "../../packages/service/src/ports/signals.ts";
import { mayName } from "./allowed.ts";
import { type CloudControl, createCloud } from "./cloud-control.ts";
import { type CommandLine, createCommandLine } from "./command-line.ts";
import type { Library } from "./content.ts";
import { createEventBridge, type EventBridge } from "./event-bridge.ts";
import { createLambda, type Handler, type Lambda } from "./lambda.ts";
import { createLedger, type SimulatedLedger } from "./ledger.ts";
import { type Consumers, createQueue, type Queue } from "./queue.ts";
import { createRequestRate } from "./request-rate.ts";
import { BUCKET, type Bucket, createBucket } from "./s3.ts";
import type { OnSettled } from "./witness.ts";
import { call, type Invocation, type World } from "./world.ts";

/** The use cases on the simulated systems, wired as the functions wire them. */
export interface Pipeline {
  readonly bucket: Bucket;
  readonly bridge: EventBridge;
  readonly cloud: CloudControl;
  readonly ledger: SimulatedLedger;
  readonly queue: Queue;
  readonly lambda: Lambda;
  readonly rateOf: ReturnType<typeof createRequestRate>;
  readonly commandLine: CommandLine;
  /** Somebody stops applying, or has it go on. */
  readonly suspend: (suspended: boolean) => void;
  /** Takes the API's lease from whoever has it, as docs/operate.md says. */
  readonly freeLease: (apiId: string) => void;
  /** A copy of the ledger, which is put in its place when what this returns is called. Whatever runs then ends. */
  readonly backUp: (which: "earlier" | "lost") => () => void;
  /** Nothing is invoked from now on, for so many milliseconds. */
  readonly breakDown: (ms: number) => void;
  /** Has the sweep look for what was left behind. `swept` gets what it did, unless it died. */
  readonly sweep: (swept: (done: Swept | undefined) => void) => void;
}

const MARGIN_MS = 60_000;
/** As deployed: how long after its event a document lets go of nothing. */
export const WITHDRAW_AFTER_MS = 20_000;
const SWEEP_TIMEOUT_MS = 15 * 60_000;

export function createPipeline(world: World, library: Library, onSettled: OnSettled): Pipeline {
  const { meaningOf } = library;
  const { scheduler, faults, book } = world;
  let outUntil = 0;
  const isOut = () => Math.max(0, outUntil - scheduler.now());

  const lambda = createLambda(world, isOut);
  const cloud = createCloud(world);
  const ledger = createLedger(world, onSettled, {
    isLive: (identifier) => cloud.live().some((response) => response.identifier === identifier),
    mayName: ({ source }, rules) => {
      const states = bucket.history.get(source.key) ?? [];
      const state = states.find((one) => one.versionId === source.versionId && one.etag === source.etag);
      const content = state?.body === undefined ? undefined : meaningOf(state.body);
      return content === undefined || content.broken ? undefined : mayName(rules, source.key, content);
    },
  });
  const rateOf = createRequestRate(world, ledger.table);
  const bridge: EventBridge = createEventBridge(world, {
    intake: (event) => lambda.invokeAsync("intake", event, intake(event)),
    notify: tell,
  });
  const bucket: Bucket = createBucket(world, (detailType, detail) => bridge.emit("aws.s3", detailType, detail));
  const queue: Queue = createQueue(world, lambda, { reconcile: reconcileBatch(), giveUp: endDead() }, isOut);

  const commandLine = createCommandLine(world, { lambda, ledger, cloud, rateOf }, library);

  function intake(event: object): Handler<unknown> {
    return async ({ invocation }) => {
      const deps = {
        store: bucket.portOf(invocation),
        bucket: BUCKET,
        ledger: ledger.portOf(invocation),
        queue: queue.portOf(invocation),
        bus: bridge.portOf(invocation),
        clock: scheduler.clockOf(invocation),
        random: world.random.next,
        log: silence,
        withdrawAfterMs: WITHDRAW_AFTER_MS,
        ...allowedBy(invocation),
      };
      const envelope = parseEnvelope(event);
      const objectEvent = envelope.source === "aws.s3" ? parseObjectEvent(event) : undefined;
      if (objectEvent !== undefined) return intakeObjectEvent(deps, objectEvent);
      return envelope.detailType === "SpecSubmitted"
        ? intakeSubmitted(deps, envelope)
        : intakeWithdrawn(deps, envelope);
    };
  }

  /** What every use case that writes results is given. */
  const resultPorts = (invocation: Invocation) => ({
    ledger: ledger.portOf(invocation),
    bus: bridge.portOf(invocation),
    clock: scheduler.clockOf(invocation),
    random: world.random.next,
    log: silence,
    leaseTtlMs: faults.profile.leaseTtlMs,
  });

  /** What every use case that converges or compares is given besides. */
  const convergePorts = (invocation: Invocation) => ({
    ...resultPorts(invocation),
    store: bucket.portOf(invocation),
    queue: queue.portOf(invocation),
    controlPlane: cloud.portOf(invocation),
    ...rateOf(invocation),
    ...allowedBy(invocation),
  });

  /** One after the other; what fails holds back its own API only. */
  function reconcileBatch(): Consumers["reconcile"] {
    return (signals) =>
      async ({ invocation, endsAt }) => {
        const deps = {
          ...convergePorts(invocation),
          gateway: cloud.gatewayOf(invocation),
          delayedQueue: queue.delayedPortOf(invocation),
          every: scheduler.everyOf(invocation),
        };
        const remaining = endsAt - deps.clock.now();
        const budget = { deadline: endsAt - Math.min(MARGIN_MS, remaining / 2), owner: invocation.name };
        const failed = new Set<Signal>();
        for (const signal of signals) {
          const isHeldBack = [...failed].some((other) => other.apiId === signal.apiId);
          if (isHeldBack) failed.add(signal);
          else {
            await reconcile(deps, signal, budget).catch((error: unknown) => {
              if (error instanceof TypeError || error instanceof RangeError) throw error;
              world.trace.write(invocation.name, `gives ${signal.apiId} up: ${String(error)}`);
              failed.add(signal);
            });
          }
        }
        return failed;
      };
  }

  function endDead(): Consumers["giveUp"] {
    return (signal, receives) =>
      async ({ invocation }) => {
        const deps = { ...resultPorts(invocation), every: scheduler.everyOf(invocation) };
        await giveUp(deps, signal, receives, invocation.name);
      };
  }

  function sweepOnce(swept: (done: Swept | undefined) => void): void {
    const handler: Handler<Swept> = ({ invocation, endsAt }) => {
      return sweep(
        { ...convergePorts(invocation), listing: bucket.listingOf(invocation) },
        { deadline: endsAt - MARGIN_MS },
      );
    };
    lambda.invoke("sweep", SWEEP_TIMEOUT_MS, handler, (ending) => {
      swept(ending.kind === "returned" ? ending.value : undefined);
    });
  }

  const empty = ledger.backup();
  function backUp(which: "earlier" | "lost"): () => void {
    const putBack = which === "lost" ? empty : ledger.backup();
    world.trace.write("operator", "has a copy made of the ledger");
    return () => {
      world.trace.write("operator", which === "lost" ? "begins with an empty ledger" : "puts the copy in its place");
      lambda.killAll("the ledger is being replaced");
      putBack();
      if (which === "lost") for (const token of world.book.tokens.keys()) world.book.spent.add(token);
      bucket.forget();
      commandLine.forget();
    };
  }

  /** As the command does it; what waited is then signalled again, or left to the sweep. */
  function suspend(suspended: boolean): void {
    const since = scheduler.now();
    const handler: Handler<unknown> = ({ invocation }) => {
      const by = invocation.name;
      return ledger.portOf(invocation).switchSuspension({ suspended, by, since });
    };
    lambda.invoke("specdrop", SWEEP_TIMEOUT_MS, handler, () => {
      if (suspended || world.random.chance(0.3)) return;
      lambda.invokeAsync("resignal", { suspended }, ({ invocation, endsAt }) =>
        resignal(
          {
            ledger: ledger.portOf(invocation),
            queue: queue.portOf(invocation),
            clock: scheduler.clockOf(invocation),
            log: silence,
          },
          { deadline: endsAt },
        ),
      );
    });
  }

  function freeLease(apiId: string): void {
    const handler: Handler<unknown> = async ({ invocation }) => {
      const port = ledger.portOf(invocation);
      const lease = await port.readLease(apiId);
      if (lease === undefined) return;
      world.freed.add(`${apiId}|${lease.fence}`);
      await port.releaseLease(lease);
    };
    lambda.invoke("operator", SWEEP_TIMEOUT_MS, handler, () => {});
  }

  /** Slack, at the end of it all. */
  function tell(event: ResultEvent): void {
    const { id } = event.detail.metadata;
    lambda.invokeAsync("notify", event, async ({ invocation }) => {
      book.notifications.set(id, (book.notifications.get(id) ?? 0) + 1);
      const post = () => void book.slack.push(id);
      const notifier = {
        notify: () => call(world, invocation, `slack ${event.detailType} (${id.slice(0, 6)})`, post, unavailable),
        announce: async () => undefined,
      };
      await notify({ notifier, log: silence }, event);
    });
  }

  return {
    bucket,
    bridge,
    cloud,
    ledger,
    queue,
    lambda,
    rateOf,
    commandLine,
    backUp,
    suspend,
    freeLease,
    breakDown(ms) {
      outUntil = scheduler.now() + ms;
    },
    sweep: sweepOnce,
  };
}

const allowedBy = ({ allowedApis }: Invocation) => (allowedApis === undefined ? {} : { allowedApis });

const silence: Log = { info: () => {}, warn: () => {}, error: () => {} };

function unavailable(): Error {
  return new Error("Slack answered 503");
}
