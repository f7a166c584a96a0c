/**
 * A consumer written against version 1, by hand, with nothing of specdrop's: it reads what it knows, ignores what it does
 * not, and throws where an event does not say what version 1 promises.
 */
export function tell(event: unknown): string {
  const { source, "detail-type": type, detail } = record(event);
  if (source !== "specdrop") throw new Error(`from ${String(source)}`);
  const { metadata, data } = record(detail);
  const { id, version, time, operationId, correlationId, documentId, sequence } = record(metadata);
  if (version !== "1") throw new Error(`version ${String(version)}`);
  for (const each of [id, operationId, correlationId, documentId]) text(each);
  if (Number.isNaN(Date.parse(text(time)))) throw new Error(`time ${String(time)}`);
  const { document, apiId, mode, summary, changes, diagnostics, deployment, durationMs } = record(data);
  text(record(document)["bucket"]);
  text(record(document)["key"]);
  if (apiId !== undefined) text(apiId);
  oneOf(mode, ["apply", "plan", "withdraw", "drift"]);
  amount(durationMs);
  amount(sequence);
  const done = list(changes).map(change);
  const found = list(diagnostics).map(diagnostic);
  return `${headline(text(type), counts(summary))} ${[...done, ...found, ...live(deployment)].join("; ")}`;
}

function headline(type: string, { create, update, delete: removed, failed }: Record<string, number>): string {
  switch (type) {
    case "SpecRejected":
      return "rejected";
    case "PlanProduced":
      return `plans +${create} ~${update} -${removed}`;
    case "ApplySucceeded":
      return `made +${create} ~${update} -${removed}`;
    case "ApplyUnchanged":
      return "as it was";
    case "ApplyFailed":
      return `${failed} failed`;
    case "SpecSuperseded":
      return "overtaken";
    case "DriftDetected":
    case "DriftResolved":
      return type;
    default:
      throw new Error(`type ${type}`);
  }
}

function counts(value: unknown): Record<string, number> {
  const summary = record(value);
  const names = ["create", "adopt", "update", "replace", "delete", "forget", "unchanged", "failed"];
  return Object.fromEntries(names.map((name) => [name, amount(summary[name])]));
}

function change(value: unknown): string {
  const { logicalId, action, status, identifier, integrationId, integrationResponseKey, changedProperties, error } =
    record(value);
  oneOf(action, ["create", "adopt", "update", "replace", "delete", "forget", "none"]);
  oneOf(status, ["succeeded", "failed", "skipped", "planned"]);
  if (identifier !== undefined) text(identifier);
  text(integrationId);
  text(integrationResponseKey);
  for (const each of list(changedProperties)) text(each);
  return `${text(logicalId)}${error === undefined ? "" : `: ${failure(error)}`}`;
}

function failure(value: unknown): string {
  const { code, message, retryable, help } = record(value);
  if (typeof retryable !== "boolean") throw new Error("retryable");
  return [text(code), text(message), help === undefined ? "" : text(help)].join(" ");
}

function diagnostic(value: unknown): string {
  const { code, severity, message, file, range, pointer } = record(value);
  oneOf(severity, ["error", "warning"]);
  for (const place of [record(range)["start"], record(range)["end"]]) {
    amount(record(place)["line"]);
    amount(record(place)["column"]);
  }
  return [code, message, file, pointer].map(text).join(" ");
}

function live(value: unknown): readonly string[] {
  if (value === undefined) return [];
  const { status, stageName } = record(value);
  oneOf(status, ["live", "pending", "unknown", "failed"]);
  return [`${String(status)}${stageName === undefined ? "" : ` on ${text(stageName)}`}`];
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("no object");
  return value as Record<string, unknown>;
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error("no list");
  return value;
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new Error("no text");
  return value;
}

function amount(value: unknown): number {
  if (typeof value !== "number" || value < 0) throw new Error("no amount");
  return value;
}

function oneOf(value: unknown, choices: readonly string[]): void {
  if (!choices.includes(text(value))) throw new Error(`${String(value)} is none of ${choices.join(", ")}`);
}
