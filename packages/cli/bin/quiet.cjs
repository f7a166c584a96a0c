"use strict";

// Node 22 warns of its SQLite, which the file ledger's lock is built on: those who run specdrop can do nothing about it.
const { emitWarning } = process;
process.emitWarning = (warning, ...rest) => {
  if (rest[0] === "ExperimentalWarning" && String(warning).startsWith("SQLite ")) return;
  emitWarning.call(process, warning, ...rest);
};
