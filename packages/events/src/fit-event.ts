import type { ChangeResult, EventDiagnostic, ResultEvent } from "./events.ts";
import { jsonBytes, shorten, shortenStrings } from "./text-size.ts";

/** Below this the fixed part of an event may not fit, however much is cut. */
export const SMALLEST_LIMIT_BYTES = 16_384;

const LONGEST_MESSAGE = 1_000;

// Whoever cuts an event stores the whole of it and adds where: an S3 URI of at most 63 + 1,024 bytes, and its quotes.
const ROOM_FOR_ADDITIONS = 2_100;

/**
 * Makes the JSON of an event take at most `limitBytes` in UTF-8. Long messages are shortened first; then changes are
 * dropped, failed ones last; then diagnostics, errors last, once they take more than half of the room.
 * `cut` tells whether anything was lost; there is room to add `resultLocation` then.
 * Throws a RangeError if `limitBytes` is below `SMALLEST_LIMIT_BYTES`.
 */
export function fitEvent(
  event: ResultEvent,
  limitBytes = 200_000,
): { readonly event: ResultEvent; readonly cut: boolean } {
  if (limitBytes < SMALLEST_LIMIT_BYTES) {
    throw new RangeError(`The limit must be at least ${SMALLEST_LIMIT_BYTES} bytes, not ${limitBytes}`);
  }
  if (jsonBytes(event) <= limitBytes) return { event, cut: false };

  const { metadata, data } = event.detail;
  const limit = limitBytes - ROOM_FOR_ADDITIONS;
  const frame = fitFrame({ metadata, data: { ...data, changes: [], diagnostics: [] } }, limit);
  const room = limit - jsonBytes({ ...event, detail: frame });

  const changes = measure(data.changes.map(shortenChange), (change) => change.status === "failed");
  const diagnostics = measure(data.diagnostics.map(shortenDiagnostic), ({ severity }) => severity === "error");
  const keptDiagnostics = keep(diagnostics, Math.max(room / 2, room - changes.bytes));
  const keptChanges = keep(changes, room - keptDiagnostics.bytes);
  const omittedChanges = (data.omittedChanges ?? 0) + data.changes.length - keptChanges.items.length;
  const omittedDiagnostics = (data.omittedDiagnostics ?? 0) + data.diagnostics.length - keptDiagnostics.items.length;

  const fitted = {
    ...frame.data,
    changes: keptChanges.items,
    diagnostics: keptDiagnostics.items,
    ...(omittedChanges > 0 ? { omittedChanges } : {}),
    ...(omittedDiagnostics > 0 ? { omittedDiagnostics } : {}),
  };
  return { event: { ...event, detail: { metadata: frame.metadata, data: fitted } }, cut: true };
}

interface Measured<T> {
  readonly items: readonly { readonly item: T; readonly bytes: number; readonly urgent: boolean }[];
  readonly bytes: number;
}

function measure<T>(items: readonly T[], isUrgent: (item: T) => boolean): Measured<T> {
  // One byte more for the comma that follows.
  const measured = items.map((item) => ({ item, bytes: jsonBytes(item) + 1, urgent: isUrgent(item) }));
  return { items: measured, bytes: measured.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** Takes the urgent items as far as they fit, then the others; the order stays. */
function keep<T>({ items }: Measured<T>, room: number): { readonly items: readonly T[]; readonly bytes: number } {
  const kept = new Set<(typeof items)[number]>();
  let bytes = 0;
  for (const urgent of [true, false]) {
    for (const candidate of items) {
      if (candidate.urgent !== urgent || bytes + candidate.bytes > room) continue;
      kept.add(candidate);
      bytes += candidate.bytes;
    }
  }
  return { items: items.filter((candidate) => kept.has(candidate)).map(({ item }) => item), bytes };
}

/** Names longer than AWS allows are cut too, for an event must leave whatever a document holds. */
function fitFrame<T>(frame: T, limit: number): T {
  const shortened = [1_024, 256].map((longest) => shortenStrings(frame, longest));
  return [frame, ...shortened].find((candidate) => jsonBytes(candidate) <= limit / 2) ?? shortenStrings(frame, 64);
}

function shortenChange(change: ChangeResult): ChangeResult {
  if (change.error === undefined) return change;
  return { ...change, error: { ...change.error, ...shortenTexts(change.error) } };
}

function shortenDiagnostic({ suggestion, ...diagnostic }: EventDiagnostic): EventDiagnostic {
  // Half a suggestion is none: it is meant to be written as it stands.
  const whole = suggestion !== undefined && suggestion.length <= LONGEST_MESSAGE ? { suggestion } : {};
  return { ...diagnostic, ...shortenTexts(diagnostic), ...whole };
}

function shortenTexts({ message, help }: { readonly message: string; readonly help?: string }) {
  return {
    message: shorten(message, LONGEST_MESSAGE),
    ...(help === undefined ? {} : { help: shorten(help, LONGEST_MESSAGE) }),
  };
}
