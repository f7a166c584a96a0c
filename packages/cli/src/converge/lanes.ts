/** Work that goes on side by side: in a lane one task after the other, and no more lanes at once than the limit. */
export interface Lanes {
  /** The lane's tasks begin in the order they were added. A task says itself what to do about its errors. */
  add(lane: string, task: () => Promise<void>): void;
  /** Resolves once no task is left, those that tasks have added included. Rejects with the first error of a task. */
  idle(): Promise<void>;
}

/** Once a task has failed, no other begins. */
export function openLanes(limit: number): Lanes {
  const waiting = new Map<string, (() => Promise<void>)[]>();
  const busy = new Set<string>();
  const idlers: (() => void)[] = [];
  let failure: { readonly error: unknown } | undefined;

  function start(): void {
    for (const [lane, tasks] of waiting) {
      if (busy.size >= limit) return;
      if (busy.has(lane)) continue;
      const task = tasks.shift();
      if (tasks.length === 0) waiting.delete(lane);
      if (task !== undefined) void run(lane, task);
    }
    if (busy.size === 0) for (const wake of idlers.splice(0)) wake();
  }

  async function run(lane: string, task: () => Promise<void>): Promise<void> {
    busy.add(lane);
    try {
      // A later turn: whoever adds several tasks has added them all before the first begins.
      await Promise.resolve();
      await task();
    } catch (error) {
      failure ??= { error };
      waiting.clear();
    }
    busy.delete(lane);
    start();
  }

  return {
    add(lane, task) {
      if (failure !== undefined) return;
      const tasks = waiting.get(lane);
      if (tasks === undefined) waiting.set(lane, [task]);
      else tasks.push(task);
      start();
    },
    async idle() {
      while (busy.size > 0) await new Promise<void>((done) => idlers.push(done));
      if (failure !== undefined) throw failure.error;
    },
  };
}

/** Maps values side by side, no more than `limit` at once; the results are in the order of the values. */
export async function mapSideBySide<Value, Result>(
  values: readonly Value[],
  limit: number,
  map: (value: Value) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const lanes = openLanes(limit);
  for (const [index, value] of values.entries()) {
    lanes.add(`${index}`, async () => {
      results[index] = await map(value);
    });
  }
  await lanes.idle();
  return results;
}
