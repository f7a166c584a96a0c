import type { Clock } from "@specdrop/engine";
import type { Operation } from "./api.ts";
import { adaptivePace, type Learnt, type Pace } from "./pace.ts";

/** Where the processes of an account tell each other how long operations take. It may forget, and it may be out of reach. */
export interface OperationTimes {
  read(): Promise<Learnt | undefined>;
  write(learnt: Learnt): Promise<void>;
}

/** How much of a time has to change before others are told, and how often they are at most. */
const NEWS_SHARE = 0.15;
const TELL_EVERY_MS = 60_000;

/** A pace that begins where others have come to, and tells them what is new. Neither ever fails or holds up an operation. */
export function sharedPace(clock: Pick<Clock, "now">, times: OperationTimes | undefined) {
  let begun: Promise<Pace> | undefined;
  let pace: Pace | undefined;
  let told: Learnt = {};
  let toldAt = Number.NEGATIVE_INFINITY;

  async function begin(): Promise<Pace> {
    told = sound((await times?.read().catch(() => undefined)) ?? {});
    pace = adaptivePace(told);
    return pace;
  }

  return {
    known(): Promise<Pace> {
      begun ??= begin();
      return begun;
    },
    async tell(): Promise<void> {
      if (times === undefined || pace === undefined) return;
      const learnt = pace.learnt();
      const isFirst = Object.keys(learnt).length > Object.keys(told).length;
      if (!isFirst && (clock.now() - toldAt < TELL_EVERY_MS || !isNews(told, learnt))) return;
      told = learnt;
      toldAt = clock.now();
      await times.write(learnt).catch(() => undefined);
    },
  };
}

/** Without what is no time: somebody may have edited the file, or a newer specdrop written it. */
function sound(learnt: Learnt): Learnt {
  const isTime = (value: unknown) => typeof value === "number" && Number.isFinite(value) && value >= 0;
  return Object.fromEntries(
    Object.entries(learnt).filter(([, known]) => isTime(known?.afterMs) && isTime(known?.byMs) && known.byMs > 0),
  );
}

function isNews(before: Learnt, now: Learnt): boolean {
  return (Object.keys(now) as Operation[]).some((operation) => {
    const [known, found] = [before[operation]?.byMs ?? 0, now[operation]?.byMs ?? 0];
    return Math.abs(found - known) > known * NEWS_SHARE;
  });
}
