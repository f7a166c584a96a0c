// Opens the ledger named on the command line, and claims resources in it until killed; prints each one that is safe.
import { writeSync } from "node:fs";
import { openFileLedger } from "@specdrop/ledger/file";

const ledger = await openFileLedger(process.argv[2] ?? "");
for (let i = 0; ; i++) {
  const IntegrationResponseKey = `/${i}/`;
  await ledger.claim(
    {
      ApiId: "a1b2c3d4e5",
      IntegrationId: "abc1234",
      IntegrationResponseKey,
      documentId: "s3://specs/team/chat.yaml",
      logicalId: `chat${i}`,
      origin: "created",
      applied: {},
    },
    1,
  );
  writeSync(1, `${IntegrationResponseKey}\n`);
}
