import { parseRecord } from "../json.ts";
import { type ParameterStore, ParameterStoreError } from "./parameter-store.ts";

const OPERATIONS: Readonly<Record<string, keyof ParameterStore>> = {
  PutParameter: "putParameter",
  GetParameter: "getParameter",
  GetParameters: "getParameters",
  GetParametersByPath: "getParametersByPath",
  DeleteParameter: "deleteParameter",
  DeleteParameters: "deleteParameters",
};

/** Answers one awsJson1_1 call. */
export function answerParameterStore(
  store: ParameterStore,
  operation: string,
  body: string,
): { readonly status: number; readonly body: object } {
  try {
    const method = Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : undefined;
    if (method === undefined) {
      throw new ParameterStoreError("UnknownOperationException", `${operation} is not supported by this emulator.`);
    }
    const input = parseRecord(body === "" ? "{}" : body);
    if (input === undefined) throw new ParameterStoreError("SerializationException", "The body is no JSON object.");
    return { status: 200, body: (store[method] as unknown as (input: object) => object)(input) };
  } catch (error) {
    if (!(error instanceof ParameterStoreError)) throw error;
    return { status: 400, body: { __type: error.name, message: error.message } };
  }
}
