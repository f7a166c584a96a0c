import { operationIdOf } from "../documents/identity.ts";
import type { Log } from "./ports.ts";
import type { Signal } from "./signals.ts";

/** The same log, with fields that go with every line. */
export function logAbout(log: Log, about: Readonly<Record<string, unknown>>): Log {
  return {
    info: (message, fields) => log.info(message, { ...about, ...fields }),
    warn: (message, fields) => log.warn(message, { ...about, ...fields }),
    error: (message, fields) => log.error(message, { ...about, ...fields }),
  };
}

/** What is in every line about a document: by these fields people look for lines. */
export interface LogSubject {
  readonly documentId: string;
  readonly apiId?: string;
  readonly correlationId?: string;
  readonly operationId?: string;
}

/** The subject of what is done for a signal. */
export function subjectOf({
  documentId,
  apiId,
  correlationId,
  sequence,
}: Pick<Signal, "documentId" | "apiId" | "correlationId" | "sequence">): LogSubject {
  return { documentId, apiId, correlationId, operationId: operationIdOf(documentId, sequence) };
}
