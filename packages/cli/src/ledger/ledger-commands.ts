import { command, commandText, optionalFlag } from "@specdrop/spec";
import { DEFAULT_LEDGER } from "./default-ledger.ts";

/** The command that shows what a ledger holds; `all` documents, withdrawn ones too. */
export function statusCommand(ledger: string, how: { readonly all?: boolean } = {}): string {
  const which = ledgerFlag(ledger);
  return commandText(how.all ? command`npx specdrop status --all ${which}` : command`npx specdrop status ${which}`);
}

/** The command that has what waits applied. */
export function resumeCommand(ledger: string, bus?: string): string {
  return commandText(command`npx specdrop resume ${ledgerFlag(ledger)} ${optionalFlag("--bus", bus)}`);
}

/** Left out where it would name the usual place. */
export function ledgerFlag(ledger: string): ReturnType<typeof optionalFlag> {
  return optionalFlag("--ledger", ledger === DEFAULT_LEDGER ? undefined : ledger);
}
