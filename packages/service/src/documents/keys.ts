import { documentHash } from "./identity.ts";

const SUBMITTED = "events/";
const RESULTS = "results/";

/** Whether an object is a spec document, judged by its key; what is sent as an event needs no extension. */
export function isSpecKey(key: string): boolean {
  if (key.startsWith(RESULTS) || key.endsWith("/")) return false;
  return key.startsWith(SUBMITTED) || /\.(?:ya?ml|json)$/i.test(key);
}

/** Why an object that somebody put there is no document; undefined for what is one, for folders and for our results. */
export function ignoredBecause(key: string): string | undefined {
  if (isSpecKey(key) || key.startsWith(RESULTS) || key.endsWith("/")) return undefined;
  return "its name does not end in .yaml, .yml or .json";
}

/** Where a listing goes on after a key: past all results, which may be many and are no specs. */
export function pastResults(key: string | undefined): string | undefined {
  return key?.startsWith(RESULTS) ? `${RESULTS}\u{10ffff}` : key;
}

/**
 * Where a document sent as an event is stored. Account and source come from the event's envelope, which EventBridge
 * writes; a source may hold a slash, which must not reach into another source's folder.
 */
export function submittedKey(account: string, source: string, name: string): string {
  return `${SUBMITTED}${account}/${encodeURIComponent(source)}/${name}`;
}

/** The account whose events a document came by, as the event's envelope named it; `undefined` for any other document. */
export function submittingAccount(key: string): string | undefined {
  if (!key.startsWith(SUBMITTED)) return undefined;
  return key.slice(SUBMITTED.length).split("/", 1)[0];
}

/** Where a result is stored whole that an event had to cut; what is told of drift goes by its number. */
export function resultKey(documentId: string, sequence: number, apiId: string, drift?: number): string {
  const name = drift === undefined ? apiId : `${apiId}.drift-${drift}`;
  return `${RESULTS}${documentHash(documentId)}/${sequence}/${name}.json`;
}
