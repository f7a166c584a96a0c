import type { DocumentChange } from "@specdrop/service/documents";
import type { AcceptPorts } from "@specdrop/service/intake";
import { acceptDocument, withdrawDocument } from "@specdrop/service/intake";
import { runDocuments } from "../../packages/cli/src/converge/run-documents.ts";
import type { CloudControl } from "./cloud-control.ts";
import type { Content, Library } from "./content.ts";
import type { Lambda } from "./lambda.ts";
import type { SimulatedLedger } from "./ledger.ts";
import type { createRequestRate } from "./request-rate.ts";
import type { Invocation, World } from "./world.ts";

/** What a file asks for, and how the last command about it ended. */
export interface FileDocument {
  readonly documentId: string;
  /** The correlation id of the command that was begun last, and what it was about: a withdrawal has no content. */
  command: string;
  content: Content | undefined;
}

/** People's own machines and CI, which work on the pipeline's ledger. */
export interface CommandLine {
  readonly documents: ReadonlyMap<string, FileDocument>;
  /** The correlation ids of commands that ended well. */
  readonly done: ReadonlySet<string>;
  /** Everybody has to run theirs again. */
  readonly forget: () => void;
  /** `apply` of a file, or without a content `withdraw`; a crash, a kill or a failure may end it anywhere. */
  readonly run: (path: string, content: Content | undefined) => void;
}

/** A job of CI is stopped after that. */
const LONGEST_MS = 3_600_000;

interface Ports {
  readonly ledger: SimulatedLedger;
  readonly cloud: CloudControl;
  readonly rateOf: ReturnType<typeof createRequestRate>;
  readonly lambda: Lambda;
}

export function createCommandLine(world: World, ports: Ports, { textOf }: Library): CommandLine {
  const { scheduler, book, trace } = world;
  const documents = new Map<string, FileDocument>();
  const done = new Set<string>();
  let commands = 0;

  async function carryOut(
    invocation: Invocation,
    change: DocumentChange,
    content: Content | undefined,
  ): Promise<boolean> {
    const body = new TextEncoder().encode(content === undefined ? "" : textOf(content));
    const accept = (deps: AcceptPorts) =>
      content === undefined ? withdrawDocument(deps, change) : acceptDocument(deps, { ...change, body });
    const { documentId } = change;
    const { documents, fatal } = await runDocuments(
      [{ documentId, body, declared: [], isWithdrawal: content === undefined, accept }],
      {
        ledger: {
          ledger: ports.ledger.portOf(invocation),
          name: "dynamodb:table",
          exclusive: false,
          requestRate: ports.rateOf(invocation).requestRate ?? UNLIMITED,
          operationTimes: { read: async () => undefined, write: async () => {} },
          close: async () => {},
        },
        portsOf: ({ apiId }) => ({
          controlPlane: ports.cloud.portOf(invocation),
          gateway: ports.cloud.gatewayOf(invocation),
          requestRate: ports.rateOf(invocation, apiId).requestRate ?? UNLIMITED,
        }),
        stopRequested: () => false,
        onChange: () => {},
        time: {
          clock: scheduler.clockOf(invocation),
          every: scheduler.everyOf(invocation),
          random: world.random.next,
          newId: () => change.correlationId,
        },
      },
    );
    if (fatal !== undefined) throw fatal.error;
    return documents.every(
      ({ results, unfinished, failures }) =>
        unfinished.length + failures.length === 0 && results.every(({ detailType }) => detailType !== "ApplyFailed"),
    );
  }

  return {
    documents,
    done,
    forget: () => done.clear(),
    run(path, content) {
      commands += 1;
      const documentId = `file:${path}`;
      const correlationId = `command-${commands}`;
      documents.set(documentId, { documentId, command: correlationId, content });
      book.commands.set(correlationId, content);
      trace.write("author", `${content === undefined ? "withdraws" : "applies"} ${path}: ${JSON.stringify(content)}`);
      const change = { documentId, source: { bucket: "", key: path }, correlationId };
      ports.lambda.invoke(
        "specdrop",
        LONGEST_MS,
        ({ invocation }) => carryOut(invocation, change, content),
        (ending) => {
          if (ending.kind === "returned" && ending.value) done.add(correlationId);
        },
      );
    },
  };
}

const UNLIMITED = { book: async () => 0, throttled: async () => {} };
