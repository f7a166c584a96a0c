import { converge } from "@specdrop/engine";
import type { ChangeResult, ResultDetail, ResultEvent } from "@specdrop/events";
import type { Ledger } from "@specdrop/ledger/port";
import type { ResultBus, SpecStore } from "@specdrop/service/ports";

/** The ledger, and by document the revision that was in force when a run last looked. */
export function watchRevisions(ledger: Ledger): {
  readonly ledger: Ledger;
  readonly inForce: ReadonlyMap<string, number>;
} {
  const inForce = new Map<string, number>();
  const readDocument: Ledger["readDocument"] = async (documentId) => {
    const record = await ledger.readDocument(documentId);
    inForce.set(documentId, record?.current?.sequence ?? 0);
    return record;
  };
  return { ledger: { ...ledger, readDocument }, inForce };
}

/** The engine, with `onChange` called for each change that has ended. */
export function onChangeEnded(onChange: (change: ChangeResult, ended: number, total: number) => void): typeof converge {
  return (changeSet, ports, options) =>
    converge(changeSet, ports, {
      ...options,
      async onChange(change, progress) {
        onChange(change, progress.ended, progress.total);
        await options.onChange?.(change, progress);
      },
    });
}

/**
 * One revision's content, for which others may have recorded a newer revision meanwhile: that one's is not at hand. Results
 * that are too long for an event are kept whole beside it.
 */
export function contentAtHand(
  body: Uint8Array,
  isInForce: () => boolean,
): SpecStore & { whole(event: ResultEvent): ResultEvent } {
  const written = new Map<string, string>();
  return {
    // Nothing in a bucket is at hand.
    read: async (source) =>
      source.bucket === "" && isInForce() ? { source, body, metadata: {}, truncated: false } : undefined,
    async write(key, text) {
      written.set(key, text);
      return { bucket: "", key };
    },
    whole(event) {
      const key = event.detail.data.resultLocation?.replace(/^s3:\/\/\//, "");
      const text = key === undefined ? undefined : written.get(key);
      return text === undefined
        ? event
        : (JSON.parse(text) as { detailType: ResultEvent["detailType"]; detail: ResultDetail });
    },
  };
}

/** Keeps what is published. */
export function collectingBus(published: ResultEvent[]): ResultBus {
  return {
    publish: async (events) =>
      void published.push(...events.filter(({ detailType }) => detailType !== "SpecSuperseded")),
  };
}
