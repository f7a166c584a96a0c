import { readFile, writeFile } from "node:fs/promises";
import type { OperationTimes } from "@specdrop/aws/cloud-control/operation-times";
import type { Learnt } from "@specdrop/aws/cloud-control/pace";

/** How long operations take, in a file beside the ledger: a later run asks AWS at the right times from the start. */
export function fileOperationTimes(ledgerPath: string): OperationTimes {
  const path = `${ledgerPath}.pace`;
  return {
    async read() {
      const found: unknown = JSON.parse(await readFile(path, "utf8"));
      return found as Learnt;
    },
    write: (learnt) => writeFile(path, `${JSON.stringify(learnt)}\n`),
  };
}
