/** Repeatable randomness: everything a seed decides is drawn from one of these, in the order of the schedule. */
export interface Prng {
  /** Uniform in [0, 1). */
  next(): number;
  /** An integer from 0 to `below` - 1. */
  int(below: number): number;
  /** Uniform from `low` to `high`, rounded. */
  between(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** Another generator, independent of what is drawn from this one later. */
  fork(): Prng;
}

/** The sfc32 generator (PractRand), set from a seed by splitmix32. */
export function prng(seed: number): Prng {
  let state = seed | 0;
  const splitmix = () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
  let [a, b, c, d] = [splitmix(), splitmix(), splitmix(), 1];
  const next = () => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 4_294_967_296;
  };
  for (let round = 0; round < 12; round += 1) next();
  return {
    next,
    int: (below) => Math.floor(next() * below),
    between: (low, high) => Math.round(low + next() * (high - low)),
    chance: (probability) => probability > 0 && next() < probability,
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new RangeError("There is nothing to pick from");
      return items[Math.floor(next() * items.length)] as T;
    },
    fork: () => prng(Math.floor(next() * 4_294_967_296)),
  };
}
