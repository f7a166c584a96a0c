/** Where the ledger is that nobody names. */
export const DEFAULT_LEDGER = ".specdrop/ledger.json";
