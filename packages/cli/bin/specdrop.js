#!/usr/bin/env node
// Plain JavaScript: an older Node has to be able to read it, and to hand over to one that can read the rest.
if (process.features.typescript) {
  await import("./quiet.cjs");
  const { main } = await import("../src/main.ts");
  process.exitCode = await main(process.argv.slice(2));
} else {
  const { restart } = await import("./restart.js");
  restart();
}
