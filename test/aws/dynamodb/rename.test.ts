import { createLedgerTable, dynamoLedger } from "@specdrop/aws/dynamodb/ledger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectRenamed, FENCES, fill, KEY, RENAMING, renameContract } from "../../contract/rename.ts";
import { startDynalite } from "../dynalite.ts";

let dynamo: Awaited<ReturnType<typeof startDynalite>>;

beforeAll(async () => {
  dynamo = await startDynalite();
});
afterAll(() => dynamo.close());

let tables = 0;
renameContract("DynamoDB", async () => {
  tables += 1;
  await createLedgerTable(dynamo.client, `renames-${tables}`);
  return { ledger: dynamoLedger(dynamo.client, `renames-${tables}`), close: async () => {} };
});

/** A client that dies before, or after, its nth request. */
function dying(requests: number, answered: boolean) {
  const client = dynamo.newClient();
  let left = requests;
  client.middlewareStack.add(
    (next) => async (args) => {
      if (left < 0) throw new Error("killed");
      left -= 1;
      if (left >= 0) return next(args);
      if (answered) await next(args);
      throw new Error("killed");
    },
    { step: "deserialize", priority: "low" },
  );
  return client;
}

test("a rename that is cut off at any request is finished by the next", async () => {
  let isCutOff = true;
  for (let requests = 0; isCutOff; requests += 1) {
    for (const answered of [false, true]) {
      const table = `rename-${requests}-${answered}`;
      await createLedgerTable(dynamo.client, table);
      const ledger = dynamoLedger(dynamo.client, table);
      await fill(ledger);
      await expectRenamed(ledger, async () => {
        const client = dying(requests, answered);
        const first = await dynamoLedger(client, table)
          .renameDocument(RENAMING, KEY, FENCES)
          .catch((error: Error) => error.message);
        client.destroy();
        isCutOff = first === "killed";
        // Where only the last answer was lost, there is nothing left to do.
        if (isCutOff) expect(["renamed", "taken"]).toContain(await ledger.renameDocument(RENAMING, KEY, FENCES));
        return ledger;
      });
    }
  }
}, 240_000);
