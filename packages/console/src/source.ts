import { readHistory } from "@specdrop/inspect/history";
import { type LedgerView, viewLedger } from "@specdrop/inspect/ledger-view";
import { type AwsView, type LookPorts, lookAtAws } from "@specdrop/inspect/look";
import type { ToldResults } from "./model/activity.ts";
import { detailOf, tryDefinitions } from "./model/details.ts";
import { apiState, type ConsoleFacts, consoleState, judgeAll } from "./model.ts";
import type { ApiState, ConsoleState, ResponseDetail, ResponseRef, TryDefinitions, Where } from "./state.ts";

/** What a page that is watched is made of, and when it changes. */
export interface PageSourcePorts extends LookPorts {
  readonly where: Omit<Where, "comparedAt">;
  /** Another text whenever anything may have changed; the page is made anew for another one only. */
  readonly version: () => string;
  /** What has been told so far. */
  readonly told: () => ToldResults;
  /** Of each API that has any resource, a text that changes with them, and one for all of it under `""`; asked before a look. Without it all are read each time. */
  readonly fingerprints?: () => ReadonlyMap<string, string>;
}

/** All that the addresses of a page answer with. Absent is what there is not. */
export interface ConsoleSource {
  /** Of what `state` would tell now. */
  version(): string;
  state(): Promise<ConsoleState>;
  api(apiId: string): Promise<ApiState | undefined>;
  response(ref: ResponseRef): Promise<ResponseDetail | undefined>;
  definitions(apiId: string, integrationId: string): Promise<TryDefinitions | undefined>;
}

/** The facts of one version. */
interface Seen {
  readonly version: string;
  readonly facts: ConsoleFacts;
  /** Made when it is asked for. */
  state?: ConsoleState;
}

/** Reads ledger and AWS once for each version, whoever asks and however often. */
export function consoleSource(ports: PageSourcePorts): ConsoleSource {
  let earlier: Looked | undefined;
  let seen: Promise<Seen> | undefined;
  let asked: string | undefined;

  function look(): Promise<Seen> {
    const version = ports.version();
    if (seen === undefined || asked !== version) {
      asked = version;
      seen = lookNow(ports, version, earlier).then(({ looked, facts }) => {
        earlier = looked;
        return { version, facts };
      });
      // A failure is not kept.
      seen.catch(() => {
        asked = undefined;
      });
    }
    return seen;
  }

  return {
    version: ports.version,
    async state() {
      const found = await look();
      found.state ??= consoleState(found.facts);
      return found.state;
    },
    api: async (apiId) => apiState((await look()).facts, apiId),
    async response(ref) {
      const { facts } = await look();
      const judged = judgeAll(facts).judged.find(
        ({ row }) => row.apiId === ref.apiId && row.integrationId === ref.integrationId && row.key === ref.key,
      );
      if (judged === undefined) return undefined;
      return detailOf(judged, facts.aws, await readHistory(ports.ledger, judged.row.record));
    },
    async definitions(apiId, integrationId) {
      const { facts } = await look();
      return tryDefinitions(judgeAll(facts).judged, facts.aws, apiId, integrationId);
    },
  };
}

/** A look, and what each API was like before it. */
interface Looked {
  readonly view: LedgerView;
  readonly aws: AwsView;
  readonly fingerprints: ReadonlyMap<string, string> | undefined;
}

async function lookNow(
  ports: PageSourcePorts,
  version: string,
  before: Looked | undefined,
): Promise<{ readonly looked: Looked; readonly facts: ConsoleFacts }> {
  const { ledger, clock, where } = ports;
  const fingerprints = ports.fingerprints?.();
  const view: LedgerView = await viewLedger(ledger, clock.now());
  const known = before?.fingerprints;
  const isSame = (apiId: string) => ["", apiId].every((id) => known?.get(id) === fingerprints?.get(id));
  const isKnown = before !== undefined && known !== undefined && fingerprints !== undefined;
  const aws: AwsView = await lookAtAws(ports, view, isKnown ? { earlier: { ...before, isSame } } : {});
  const facts = { version, view, aws, where, told: ports.told() };
  return { looked: { view, aws, fingerprints }, facts };
}
