/** What every EventBridge event has, as far as the use cases need it. */
export interface Envelope {
  readonly id: string;
  readonly source: string;
  readonly detailType: string;
  readonly account: string;
  /** When it was sent, in epoch milliseconds of whole seconds; absent where the envelope does not say it as a time. */
  readonly time?: number;
  readonly detail: unknown;
}

type EnvelopeFields = Readonly<Record<string, unknown>>;

/** Throws a TypeError that names the first missing field: such an event did not come from EventBridge. */
export function parseEnvelope(event: unknown): Envelope {
  const fields = fieldsOf(event, "event");
  const time = Date.parse(optionalText(fields, "time") ?? "");
  return {
    id: textOf(fields, "id", "event"),
    source: textOf(fields, "source", "event"),
    detailType: textOf(fields, "detail-type", "event"),
    account: textOf(fields, "account", "event"),
    ...(Number.isNaN(time) ? {} : { time }),
    detail: fields["detail"],
  };
}

export function fieldsOf(value: unknown, place: string): EnvelopeFields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as EnvelopeFields;
  throw new TypeError(`${place} is not an object`);
}

export function textOf(fields: EnvelopeFields, name: string, place: string): string {
  const text = optionalText(fields, name);
  if (text === undefined) throw new TypeError(`${place} has no ${name}`);
  return text;
}

/** `undefined` for an empty text too. */
export function optionalText(fields: EnvelopeFields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}
