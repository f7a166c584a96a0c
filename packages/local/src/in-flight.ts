export type InFlight = ReturnType<typeof createInFlight>;

/** Counts work that has begun and not ended, so that somebody can wait until there is none. */
export function createInFlight() {
  let count = 0;
  let begun = 0;
  let waiting: (() => void)[] = [];

  function begin(): () => void {
    count++;
    begun++;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      count--;
      if (count > 0) return;
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    };
  }

  return {
    /** Marks that something begins; call what it returns when that ends. */
    begin,
    async track<T>(work: () => Promise<T>): Promise<T> {
      const end = begin();
      try {
        return await work();
      } finally {
        end();
      }
    },
    count: (): number => count,
    /** How many pieces of work have ever begun: equal at two moments of idleness, nothing happened between them. */
    begun: (): number => begun,
    /** Resolves when nothing is in flight. */
    async none(): Promise<void> {
      while (count > 0) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}
