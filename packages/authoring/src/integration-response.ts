import { framesAbove, sitesIn } from "./call-site.ts";
import { errorFrom, InvalidPropertiesError, SpecdropError } from "./errors.ts";
import type { IntegrationResponseProps, IntegrationResponse as Live } from "./properties.ts";
import { currentScope, OUTSIDE } from "./scope.ts";

/**
 * Makes an integration response as declared, and resolves to it as AWS has it then. `id` is its logical id: what the
 * program declared under it before and does no longer is deleted when the program has ended.
 *
 * @throws SpecdropError: `code`, `help` and `retryable` say why and what to do.
 */
export async function IntegrationResponse(id: string, props: IntegrationResponseProps): Promise<Live> {
  const frames = framesAbove(IntegrationResponse);
  try {
    const scope = currentScope();
    if (scope === undefined) throw errorFrom(OUTSIDE);
    if (typeof id !== "string") throw notText(id);
    return await scope({ id, props: toJson(id, props), site: sitesIn(frames)[0] });
  } catch (error) {
    // The answer comes from another process: what led to the call is what a person wants to see.
    if (error instanceof SpecdropError) error.stack = `${error.name}: ${error.message}\n${frames}`;
    throw error;
  }
}

/** As JSON has it: what is undefined is not there. What JSON cannot hold is an error rather than a silent loss. */
function toJson(id: string, props: unknown): string {
  const refuse = (name: string, what: string) => {
    throw invalid(`${name} of ${id} is ${what}, but must be plain data`, "Write text, a flag, or a map of texts.");
  };
  const json = JSON.stringify(props, function (this: unknown, name: string, value: unknown) {
    const original = (this as Readonly<Record<string, unknown>>)[name];
    if (typeof value === "function" || typeof value === "symbol") refuse(name || "Props", `a ${typeof value}`);
    if (typeof value === "bigint") refuse(name, "a bigint");
    if (original instanceof Promise) refuse(name || "Props", "a promise that is not awaited");
    if (original instanceof Map || original instanceof Date) refuse(name, `a ${original.constructor.name}`);
    return value;
  });
  return json ?? "null";
}

function notText(id: unknown): InvalidPropertiesError {
  return invalid(`The id of a response is text, not ${typeof id}`, 'Write IntegrationResponse("myResponse", { … }).');
}

function invalid(message: string, help: string): InvalidPropertiesError {
  return new InvalidPropertiesError({ code: "SD2003", message, help, retryable: false });
}
