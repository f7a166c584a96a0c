/** What a call costs, in milliseconds of processor time: a busy machine makes it wait, but not work. */
export function costOf<T>(call: () => T): { readonly result: T; readonly cost: number } {
  const before = process.cpuUsage();
  const result = call();
  return { result, cost: spentSince(before) };
}

/** The processor time of this process since `before`, in milliseconds. */
export function spentSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
