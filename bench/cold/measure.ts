import { type FunctionSettings, startEnvironment } from "../../test/bundles/lambda/execution-environment.ts";

/** Milliseconds; `cpu` is processor time, of all threads. */
export interface ColdStart {
  readonly init: number;
  readonly initCpu: number;
  /** From the first event to its answer. */
  readonly invoke: number;
  readonly invokeCpu: number;
}

export async function coldStart(settings: FunctionSettings, event: unknown): Promise<ColdStart> {
  const environment = await startEnvironment(settings);
  try {
    const initCpu = environment.cpuMs();
    const begun = performance.now();
    const answer = await environment.invoke(event);
    const invoke = performance.now() - begun;
    const held = (answer as { batchItemFailures?: unknown[] } | null)?.batchItemFailures ?? [];
    if (held.length > 0) throw new Error(`${settings.name} handed its message back`);
    return { init: environment.initMs, initCpu, invoke, invokeCpu: environment.cpuMs() - initCpu };
  } finally {
    await environment.stop();
  }
}
