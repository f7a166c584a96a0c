#!/usr/bin/env node
// The command of the built package. A Node that is too old for the next file can read this one, and says so.
"use strict";

/** Whether the version of this Node is at least `least`, such as ">=22.13.0". */
function isRecent(least) {
  const [major, minor] = least.replace(/^\D+/, "").split(".").map(Number);
  const [ourMajor, ourMinor] = process.versions.node.split(".").map(Number);
  return ourMajor > major || (ourMajor === major && ourMinor >= minor);
}

const engines = require("../package.json").engines;
if (isRecent(engines.node)) {
  require("./start.cjs");
} else {
  console.error(
    "specdrop needs Node " +
      engines.node.replace(/^\D+/, "").replace(/\.0$/, "") +
      " or later, and this is Node " +
      process.versions.node +
      ".\n" +
      "Install a newer Node from https://nodejs.org, or with your version manager, and run the command again.",
  );
  process.exitCode = 1;
}
