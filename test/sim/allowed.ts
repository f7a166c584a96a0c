import { type AllowedApis, isAllowed } from "@specdrop/service/policy";
import type { Content } from "./content.ts";

/** Rules under which one document, and what is sent as events, may name the first API only. */
const SOME: AllowedApis = {
  prefixes: new Map([
    ["", ["*"]],
    ["doc1", ["apione"]],
  ]),
  accounts: new Map([["111122223333", ["apione"]]]),
};

export function allowedApis(which: "all" | "some"): AllowedApis | undefined {
  return which === "all" ? undefined : SOME;
}

/** Whether rules let a document name every API that it does. */
export function mayName(rules: AllowedApis | undefined, key: string, { responses }: Content): boolean {
  return responses.every(({ ApiId }) => isAllowed(rules, key, ApiId));
}
