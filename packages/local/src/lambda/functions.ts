import type { Deliveries, EventFunction } from "../deliveries.ts";
import { recordLog } from "../invocation.ts";

/** What an invocation came to. */
export interface Invoked {
  /** JSON: what the function returned, or its error. */
  readonly payload: string;
  readonly isError: boolean;
  /** What it logged, a line each. */
  readonly log: readonly string[];
}

interface RegisteredFunction {
  readonly name: string;
  readonly arn: string;
  readonly handle: EventFunction;
}

interface FunctionOptions {
  /** Other names by which it is found. */
  readonly aliases?: readonly string[];
  /** The ARN of the queue that gets the events it failed on. */
  readonly deadLetters?: string;
}

export type Functions = ReturnType<typeof createFunctions>;

/** The functions of the stack, by name: EventBridge invokes them through `deliveries`, others by Lambda's API. */
export function createFunctions(arnOf: (name: string) => string, deliveries: Deliveries) {
  const functions = new Map<string, RegisteredFunction>();
  return {
    /** Returns its ARN. */
    register(name: string, handle: EventFunction, { aliases = [], deadLetters }: FunctionOptions = {}): string {
      const registered = { name, arn: arnOf(name), handle };
      for (const each of [name, ...aliases]) {
        functions.set(each, registered);
        deliveries.register(arnOf(each), handle, deadLetters);
      }
      return registered.arn;
    },
    find: (name: string): RegisteredFunction | undefined => functions.get(name),
    /** Each once, by name. */
    list: (): readonly RegisteredFunction[] =>
      [...new Set(functions.values())].sort((one, other) => (one.name < other.name ? -1 : 1)),
    /** Never rejects: a function's error is an outcome. */
    async invoke({ handle }: RegisteredFunction, event: unknown): Promise<Invoked> {
      const log: string[] = [];
      try {
        const result = await recordLog(log, () => handle(event));
        return { payload: JSON.stringify(result) ?? "null", isError: false, log };
      } catch (error) {
        return { payload: JSON.stringify(describe(error)), isError: true, log };
      }
    },
    /** Lambda takes the event, and sees to it that the function does. */
    invokeLater({ arn }: RegisteredFunction, payload: string): void {
      deliveries.start({ target: { Id: "invoke", Arn: arn }, input: payload }, JSON.parse(payload));
    },
  };
}

/** As the Node.js runtime reports an error. */
function describe(error: unknown): object {
  if (!(error instanceof Error)) return { errorType: "string", errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") };
}
