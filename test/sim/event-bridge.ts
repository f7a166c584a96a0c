import type { ResultEvent } from "@specdrop/events";
import type { ResultBus } from "@specdrop/service";
import { call, type Invocation, type World } from "./world.ts";

const ACCOUNT = "111122223333";

/** EventBridge: takes every event to its target at least once, late, and in no order. */
export interface EventBridge {
  /** An event of S3's or of another stack's, for intake. */
  readonly emit: (source: string, detailType: string, detail: object) => void;
  readonly portOf: (invocation: Invocation) => ResultBus;
}

export interface Targets {
  readonly intake: (event: object) => void;
  readonly notify: (event: ResultEvent) => void;
}

export function createEventBridge(world: World, targets: Targets): EventBridge {
  const { scheduler, faults, random, book, trace } = world;
  let events = 0;

  function deliver(what: string, target: () => void): void {
    const times = faults.happens(faults.profile.duplicates) ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      scheduler.after(faults.active ? random.between(0, faults.profile.deliveryMs) : 0, () => {
        trace.write("eventbridge", `delivers ${what}`, times > 1 ? "one of two" : undefined);
        target();
      });
    }
  }

  return {
    emit(source, detailType, detail) {
      events += 1;
      const time = `${new Date(scheduler.now()).toISOString().slice(0, 19)}Z`;
      const event = { id: `event-${events}`, source, "detail-type": detailType, account: ACCOUNT, time, detail };
      deliver(`${event.id} ${detailType}`, () => targets.intake(event));
    },
    portOf: (invocation) => ({
      async publish(results) {
        for (const result of results) {
          const { id, sequence } = result.detail.metadata;
          const what = `${result.detailType} of revision ${sequence} (${id.slice(0, 6)})`;
          const taken = () => {
            book.published.push(result);
            deliver(what, () => targets.notify(result));
          };
          await call(world, invocation, `bus.publish ${what}`, taken, notTaken);
        }
      },
    }),
  };
}

function notTaken(): Error {
  return new Error("1 of 1 events were not taken by the bus specdrop: ThrottlingException × 1.");
}
