"use strict";

require("./quiet.cjs");
// Before the first of our files is loaded: stack traces then name the sources.
if (process.argv.includes("--debug")) process.setSourceMapsEnabled(true);

void import("../dist/cli.js").then(async ({ main }) => {
  process.exitCode = await main(process.argv.slice(2));
});
