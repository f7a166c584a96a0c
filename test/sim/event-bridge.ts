import type { ResultEvent } from "@specdrop/events";
import type { ResultBus } from "@specdrop/service/ports";
import { call, type Invocation, type World } from "./world.ts";

const DAY_MS = 24 * 3_600_000;
const ACCOUNT = "111122223333";

/** EventBridge: takes every event to its target at least once, late, and in no order. */
export interface EventBridge {
  /** A document that another stack sends, as a text, or without one withdraws: for intake too. */
  readonly submit: (source: string, name: string, text: string | undefined) => void;
  /** An event of S3's, for intake. `false` where it never comes. */
  readonly emit: (source: string, detailType: string, detail: object) => boolean;
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

  function envelope(source: string, detailType: string, detail: object) {
    events += 1;
    const time = `${new Date(scheduler.now()).toISOString().slice(0, 19)}Z`;
    return { id: `event-${events}`, source, "detail-type": detailType, account: ACCOUNT, time, detail };
  }

  return {
    emit(source, detailType, detail) {
      const event = envelope(source, detailType, detail);
      if (faults.happens(faults.profile.lostEvents)) {
        trace.write("eventbridge", `loses ${event.id} ${detailType}`);
        return false;
      }
      deliver(`${event.id} ${detailType}`, () => targets.intake(event));
      return true;
    },
    submit(source, name, text) {
      const sequence = faults.profile.sequences ? { sequence: book.submissions.length + 1 } : {};
      const own = random.chance(0.6) ? { correlationId: `sent-${events + 1}` } : {};
      const detail = { name, ...own, ...sequence, ...(text !== undefined && { document: JSON.parse(text) }) };
      const detailType = text === undefined ? "SpecWithdrawn" : "SpecSubmitted";
      const event = envelope(source, detailType, detail);
      const { correlationId = event.id } = own as { readonly correlationId?: string };
      const key = `events/${ACCOUNT}/${source}/${name}`;
      book.submissions.push({ key, correlationId, text, sentAt: Date.parse(event.time), ...sequence });
      const what = `${event.id} ${detailType} ${correlationId}`;
      deliver(what, () => targets.intake(event));
      if (!faults.happens(faults.profile.repeats)) return;
      scheduler.after(random.between(DAY_MS / 2, 5 * DAY_MS), () => {
        trace.write("eventbridge", `delivers ${what}`, "again");
        targets.intake(event);
      });
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
