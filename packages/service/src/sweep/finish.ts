import type { Revision } from "@specdrop/ledger/port";
import { apisToConverge, hasSettled } from "../documents/unsettled.ts";
import { validateDocument } from "../documents/validate-document.ts";
import { isHoldable } from "../policy/breaker.ts";
import { endingsOf, isWithoutApi, type RevisionEnding } from "../results/endings.ts";
import { NO_API } from "../results/no-api.ts";
import { nothingToDo, rejected, type Subject, superseded } from "../results/results.ts";
import { clearSuperseded, end, resultWithoutText } from "../results/superseded.ts";
import { sweptAt } from "./in-turn.ts";
import { isHeld } from "./is-held.ts";
import { endLost, isTextLost } from "./lost-text.ts";
import type { DocumentSweep, Held } from "./ports.ts";

/** Sees to it that every revision of a document ends, once nobody else can be expected to. */
export async function finish(deps: DocumentSweep, held: Held): Promise<void> {
  const { record } = held;
  const now = deps.clock.now();
  const isOld = ({ seenAt }: Revision) => now - seenAt >= deps.graceMs;
  const isAtRest = isOld(record.head) && (record.current === undefined || isOld(record.current));
  if (isAtRest) await endWithoutApi(deps, held);
  const isHeld = deps.isHolding && record.current !== undefined && isHoldable(record.documentId, record.current);
  if (record.current !== undefined && isOld(record.current) && !deps.isSuspended && !isHeld) {
    await signalUnsettled(deps, held, record.current, isAtRest ? record.overtaken : []);
  }
  if (isAtRest && record.overtaken.length > 0) {
    await end(deps, record.documentId, endingsOf(record), (...ending) => resultWithoutText(deps, ...ending));
    await clearSuperseded(deps, record);
  }
}

async function signalUnsettled(
  deps: DocumentSweep,
  { record, changeSets }: Held,
  current: Revision,
  overtaken: readonly Revision[],
): Promise<void> {
  const { documentId } = record;
  const { sequence, correlationId } = current;
  let isLost: boolean | undefined;
  for (const apiId of apisToConverge({ current, overtaken })) {
    const changeSet = changeSets.get(apiId);
    if (hasSettled(changeSet, sequence)) continue;
    if (changeSet?.runningSequence === sequence && (await isHeld(deps, apiId))) continue;
    const signal = { documentId, apiId, sequence, ...sweptAt(deps.clock.now()), correlationId };
    isLost ??= await isTextLost(deps, record, current);
    if (isLost) {
      await endLost(deps, signal, current);
      continue;
    }
    await deps.queue.send(signal);
    deps.log.warn("A change set has not settled; signalled it again", { apiId, sequence });
    deps.done.signalsSent += 1;
  }
}

/** Ends what concerns no API: rejected documents, and those that ask nothing. */
async function endWithoutApi(deps: DocumentSweep, { record, changeSets }: Held): Promise<void> {
  const unended = endingsOf(record, { atRest: true }).filter(
    ({ revision }) => isWithoutApi(revision) && !hasSettled(changeSets.get(NO_API), revision.sequence),
  );
  deps.done.ended += await end(deps, record.documentId, unended, (...ending) => resultOf(deps, ...ending));
}

/** With what is wrong with its text, where that is still there. */
async function resultOf(deps: DocumentSweep, { revision, how }: RevisionEnding, subject: Subject) {
  const { kind, source } = revision;
  const stored = kind === "withdrawn" ? undefined : await deps.store.read(source);
  const { allowedApis } = deps;
  const remarks = stored && (await validateDocument(allowedApis, subject.documentId, source.key, stored.body)).remarks;
  if (how === "nothingToDo") return nothingToDo(subject, remarks);
  return remarks === undefined ? superseded(subject, NO_API) : rejected(subject, remarks);
}
