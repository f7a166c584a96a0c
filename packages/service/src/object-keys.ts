import { documentHash } from "./identity.ts";

const SUBMITTED = "events/";
const RESULTS = "results/";

/** Whether an object is a spec document, judged by its key; what is sent as an event needs no extension. */
export function isSpecKey(key: string): boolean {
  if (key.startsWith(RESULTS) || key.endsWith("/")) return false;
  return key.startsWith(SUBMITTED) || /\.(?:ya?ml|json)$/i.test(key);
}

/**
 * Where a document sent as an event is stored. Account and source come from the event's envelope, which EventBridge
 * writes; a source may hold a slash, which must not reach into another source's folder.
 */
export function submittedKey(account: string, source: string, name: string): string {
  return `${SUBMITTED}${account}/${encodeURIComponent(source)}/${name}`;
}

/** Where a result is stored whole that an event had to cut. */
export function resultKey(documentId: string, sequence: number, apiId: string): string {
  return `${RESULTS}${documentHash(documentId)}/${sequence}/${apiId}.json`;
}
