import { CloudControlError, ConnectionLostError } from "./errors.ts";
import type { State } from "./state.ts";

/** What a call that passed the gate has coming. */
export interface Passage {
  /** How a write will fail, asynchronously. */
  readonly doom?: { readonly code: string; readonly message: string };
  /** The reply will be lost. */
  readonly loseReply: boolean;
}

const INTERNAL = "Internal error reported from downstream service during the operation.";

/** Lets a call through, or throws what the faults have in store for it. */
export function pass(state: State, write: boolean, now: number, random: () => number): Passage {
  throttle(state, now);
  const { errorRate, lostReplies } = state.faults;
  let doom: Passage["doom"];
  if (errorRate > 0 && random() < errorRate) {
    switch (Math.floor(random() * (write ? 5 : 3))) {
      case 0:
        throw new CloudControlError("ServiceInternalErrorException", INTERNAL);
      case 1:
        throw new CloudControlError("InternalFailure", INTERNAL);
      case 2:
        throw new ConnectionLostError();
      case 3:
        doom = { code: "Throttling", message: "Rate exceeded" };
        break;
      default:
        doom = { code: "ServiceInternalError", message: INTERNAL };
    }
  }
  const loseReply = lostReplies > 0 && random() < lostReplies;
  return doom === undefined ? { loseReply } : { doom, loseReply };
}

function throttle(state: State, now: number): void {
  const { rps } = state.faults;
  if (rps === null) {
    delete state.bucket;
    return;
  }
  const burst = Math.max(1, state.faults.burst ?? rps);
  const before = state.bucket ?? { tokens: burst, at: now };
  const tokens = Math.min(burst, before.tokens + ((now - before.at) / 1000) * rps);
  const enough = tokens >= 1;
  state.bucket = { tokens: enough ? tokens - 1 : tokens, at: now };
  if (!enough) throw new CloudControlError("ThrottlingException", "Rate exceeded");
}

/** One step of mulberry32: a number in [0, 1) and the next state. */
export function seeded(seed: number): { readonly value: number; readonly next: number } {
  const next = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(next ^ (next >>> 15), next | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return { value: ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296, next };
}
