import type { Ledger, SwitchOutcome } from "@specdrop/ledger/port";
import { heldWithdrawals, suspensionIn, tallyOf, tellSuspension, type WithdrawalTally } from "@specdrop/service/policy";
import type { OperationsBus } from "@specdrop/service/ports";
import { visible } from "@specdrop/spec";
import { clock } from "../converge/clock.ts";
import { SILENT } from "../converge/silent.ts";
import { whoAmI } from "../documents/author.ts";
import { type ExistingLedgerOptions, openExistingLedger } from "../ledger/existing.ts";
import { resumeCommand, statusCommand } from "../ledger/ledger-commands.ts";
import { count } from "../terminal/count.ts";
import { Failure } from "../terminal/failure.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface SwitchOptions extends ExistingLedgerOptions {
  readonly reason?: string;
  /** Where people and the sweep are told at once; without it the next sweep tells. */
  readonly bus?: string;
  readonly json?: boolean;
}

/** Stops applying: documents are accepted, and wait. Fine where it is suspended already. */
export function suspend(options: SwitchOptions, terminal: Terminal): Promise<number> {
  return turn(true, options, terminal);
}

/**
 * Has what waited applied, and whatever comes; where nothing is suspended, lets held withdrawals go. Never both at once:
 * who ends a suspension may not know what was deleted meanwhile. Fine where there is neither.
 */
export async function resume(options: SwitchOptions, terminal: Terminal): Promise<number> {
  return turn(false, options, terminal);
}

async function turn(suspended: boolean, options: SwitchOptions, terminal: Terminal): Promise<number> {
  const { ledger, close } = await openExistingLedger(options);
  try {
    const { reason } = options;
    const change = { suspended, by: whoAmI(), since: clock.now(), ...(reason === undefined ? {} : { reason }) };
    const held = await suspensionIn(ledger, "withdrawals");
    if (!suspended && held !== undefined && (await suspensionIn(ledger)) === undefined) {
      const waiting = tallyOf(await heldWithdrawals(ledger, held));
      const outcome = await ledger.switchSuspension({ ...change, scope: "withdrawals" });
      const told = await tell(ledger, outcome, options);
      printReleased(waiting, outcome, told, options, terminal);
      return 0;
    }
    const outcome = await ledger.switchSuspension(change);
    const told = await tell(ledger, outcome, options);
    print(suspended, outcome, told, options, terminal);
    if (!suspended && held !== undefined) terminal.note(stillHeld(options));
    return 0;
  } finally {
    await close();
  }
}

/** At once, where the bus is known; `false` leaves it to the next sweep. */
async function tell(ledger: Ledger, { suspension }: SwitchOutcome, { bus }: SwitchOptions): Promise<boolean> {
  if (bus !== undefined && suspension?.told === false) {
    const { operations, close: hangUp } = await openBus(bus);
    try {
      const log = {
        ...SILENT,
        error: (_: string, fields?: Readonly<Record<string, unknown>>) => untold(suspension.suspended, fields),
      };
      await tellSuspension({ ledger, operations, log }, suspension.scope);
    } finally {
      hangUp();
    }
  }
  return (await ledger.readSuspension(suspension?.scope))?.told ?? false;
}

async function openBus(name: string): Promise<{ readonly operations: OperationsBus; readonly close: () => void }> {
  const { EventBridgeClient } = await import("@aws-sdk/client-eventbridge");
  const { operationsBus } = await import("@specdrop/aws/bus");
  const client = new EventBridgeClient({});
  return { operations: operationsBus(client, name), close: () => client.destroy() };
}

function untold(suspended: boolean, fields: Readonly<Record<string, unknown>> = {}): never {
  const { error } = fields;
  const why = error instanceof Error ? error.message : String(error);
  throw new Failure(
    `Applying was ${suspended ? "suspended" : "resumed"}, but the notification failed: ${why} The next sweep will send it.`,
    {
      cause: error,
    },
  );
}

function print(
  suspended: boolean,
  { switched, suspension }: SwitchOutcome,
  told: boolean,
  { json, bus, ledger }: SwitchOptions,
  terminal: Terminal,
): void {
  const since = suspension && new Date(suspension.since).toISOString();
  if (json) {
    const { by, reason } = suspension ?? {};
    terminal.json({ suspended, switched, by, since, reason, told });
    return;
  }
  const isShared = ledger.startsWith("dynamodb:");
  const how = suspension && `since ${since} by ${suspension.by}`;
  terminal.out(
    visible(switched ? (isShared ? SWITCHED : SWITCHED_FILE)[suspended ? "on" : "off"] : standing(suspended, how)),
  );
  if (switched && bus === undefined && isShared) {
    const what = suspended ? "Slack is told" : "Slack is told, and what waited is applied,";
    terminal.note(`${what} with the next sweep, within five minutes; with --bus NAME at once.`);
  }
}

function printReleased(
  waiting: WithdrawalTally,
  { switched, suspension }: SwitchOutcome,
  told: boolean,
  { json, bus, ledger }: SwitchOptions,
  terminal: Terminal,
): void {
  if (json) {
    const { by, reason } = suspension ?? {};
    const since = suspension && new Date(suspension.since).toISOString();
    const released = { suspended: false, switched, by, since, reason, told, withdrawals: waiting };
    terminal.json(released);
    return;
  }
  const what = `${count(waiting.documents, "held document")} with ${count(waiting.responses, "response")}`;
  terminal.out(`Resumed. The withdrawal of ${what} is applied.`);
  if (bus === undefined && ledger.startsWith("dynamodb:")) {
    terminal.note("It begins with the next sweep, within five minutes; --bus NAME starts it at once.");
  }
}

function stillHeld({ ledger, bus }: SwitchOptions): string {
  return (
    `Withdrawals are still held: too many documents were deleted at once. ${statusCommand(ledger)} shows which. ` +
    `To delete what they own: ${resumeCommand(ledger, bus)}. To keep it, drop the documents again.`
  );
}

const SWITCHED = {
  on: "Suspended. New documents are accepted but not applied; a run in progress stops after its current change.",
  off: "Resumed. Waiting documents are applied first.",
};
const SWITCHED_FILE = {
  on: "Suspended. apply, run and withdraw with this ledger are refused until you resume.",
  off: "Resumed.",
};

function standing(suspended: boolean, how = ""): string {
  return suspended ? `Applying is suspended already, ${how}.` : "Applying is not suspended.";
}
