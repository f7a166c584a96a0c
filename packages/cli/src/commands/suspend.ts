import { userInfo } from "node:os";
import { type OperationsBus, type SwitchOutcome, tellSuspension } from "@specdrop/service";
import { visible } from "@specdrop/spec";
import { clock } from "../clock.ts";
import { Failure } from "../failure.ts";
import { openLedger } from "../ledger.ts";
import { SILENT } from "../silent.ts";
import type { Terminal } from "../terminal.ts";

export interface SwitchOptions {
  readonly ledger: string;
  readonly reason?: string;
  /** Where people and the sweep are told at once; without it the next sweep tells. */
  readonly bus?: string;
  readonly json?: boolean;
}

/** Stops applying: documents are accepted, and wait. Fine where it is suspended already. */
export function suspend(options: SwitchOptions, terminal: Terminal): Promise<number> {
  return turn(true, options, terminal);
}

/** Has what waited applied, and whatever comes. Fine where nothing is suspended. */
export function resume(options: SwitchOptions, terminal: Terminal): Promise<number> {
  return turn(false, options, terminal);
}

async function turn(suspended: boolean, options: SwitchOptions, terminal: Terminal): Promise<number> {
  const { ledger, close } = await openLedger(options.ledger);
  try {
    const { reason } = options;
    const change = { suspended, by: whoAmI(), since: clock.now(), ...(reason === undefined ? {} : { reason }) };
    const outcome = await ledger.switchSuspension(change);
    if (options.bus !== undefined && outcome.suspension?.told === false) {
      const { operations, close: hangUp } = await openBus(options.bus);
      try {
        await tellSuspension({ ledger, operations, log: { ...SILENT, error: (_, fields) => untold(fields) } });
      } finally {
        hangUp();
      }
    }
    const told = (await ledger.readSuspension())?.told ?? false;
    print(suspended, outcome, told, options, terminal);
    return 0;
  } finally {
    await close();
  }
}

async function openBus(name: string): Promise<{ readonly operations: OperationsBus; readonly close: () => void }> {
  const { EventBridgeClient } = await import("@aws-sdk/client-eventbridge");
  const { operationsBus } = await import("@specdrop/aws/bus");
  const client = new EventBridgeClient({});
  return { operations: operationsBus(client, name), close: () => client.destroy() };
}

function untold(fields: Readonly<Record<string, unknown>> = {}): never {
  const { error } = fields;
  const why = error instanceof Error ? error.message : String(error);
  throw new Failure(`The switch is made, and nobody could be told of it: ${why} The next sweep tells.`, {
    cause: error,
  });
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
    terminal.out(JSON.stringify({ suspended, switched, by, since, reason, told }, null, 2));
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

const SWITCHED = {
  on: "Suspended: documents are accepted, and wait. What is under way ends after the change it is at.",
  off: "Resumed: documents are applied again, those that waited first of all.",
};
const SWITCHED_FILE = {
  on: "Suspended: whatever would apply with this ledger refuses, until it is resumed.",
  off: "Resumed.",
};

function standing(suspended: boolean, how = ""): string {
  return suspended ? `It is suspended already, ${how}.` : "Nothing is suspended.";
}

function whoAmI(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without a name, as in some containers.
    return `user ${process.getuid?.() ?? "unknown"}`;
  }
}
