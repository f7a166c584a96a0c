import type { Inputs } from "../../infra/infrastructure.ts";
import type { Clients } from "./clients.ts";

/** What a deployment needs to make one resource. */
export interface Context extends Clients {
  /** The address of ministack: AWS's addresses of queues are moved there. */
  readonly url: string;
  /** A function's code as a zip file, by the function's name in AWS, and what its environment gets beside its own. */
  readonly codeOf: (name: string) => Promise<{ readonly zip: Uint8Array; readonly env: Record<string, string> }>;
}

/** Makes one resource, from what the configuration asked for and what AWS would add. */
export type Make = (context: Context, inputs: Inputs, state: Inputs) => Promise<unknown>;

/** Pulumi's names of an object's properties as AWS has them: the first letter large, all the way down. */
export function asAws(value: unknown): never {
  if (Array.isArray(value)) return value.map(asAws) as never;
  if (typeof value !== "object" || value === null) return value as never;
  const entries = Object.entries(value).map(([name, part]) => [
    name.slice(0, 1).toUpperCase() + name.slice(1),
    asAws(part),
  ]);
  return Object.fromEntries(entries) as never;
}

/** The address of a queue, at ministack instead of AWS. */
export function atMinistack(url: string, text: string): string {
  return text.replace(/https:\/\/sqs\.[\w-]+\.amazonaws\.com/, url);
}

/** The last part of an ARN, or a name as it is. */
export function nameIn(arn: string): string {
  return arn.split(/[:/]/).at(-1) ?? arn;
}
