import type { DocumentSource } from "@specdrop/events";
import type { PipelineNames } from "./commands.ts";
import type { RenderOptions } from "./render-message.ts";

/** Addresses with `{name}` where a value goes, encoded; one that is empty is left out of messages. */
export interface LinkTemplates {
  /** `{region}`, `{bucket}`, `{key}`, `{versionId}`. */
  readonly document: string;
  /** `{region}`, `{apiId}`. */
  readonly api: string;
  /** `{region}`, `{query}`: a Logs Insights query as the console writes it into its own addresses. */
  readonly logs: string;
  /** `{region}`, `{bucket}`, `{key}`, `{apiId}`: a copy of the page that `specdrop status --html` wrote. */
  readonly page: string;
}

/** The AWS console's. */
export const CONSOLE_LINKS: LinkTemplates = {
  document:
    "https://{region}.console.aws.amazon.com/s3/object/{bucket}?region={region}&prefix={key}&versionId={versionId}",
  api: "https://{region}.console.aws.amazon.com/apigateway/main/develop/routes?api={apiId}&region={region}",
  logs: "https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#logsV2:logs-insights$3FqueryDetail$3D{query}",
  // The console has none.
  page: "",
};

/** Between ISO 8601 and epoch milliseconds. */
export interface Calendar {
  parse(time: string): number;
  format(epochMs: number): string;
}

/** Where the links of messages lead. */
export interface Links {
  readonly templates: LinkTemplates;
  readonly region: string;
  /** Those of the functions. */
  readonly logGroups: readonly string[];
  readonly calendar: Calendar;
  /** Named by commands. */
  readonly pipeline?: PipelineNames;
}

/**
 * Reads the JSON text of a setting: an object with any of `document`, `api`, `logs` and `page`, each an http(s) address or
 * empty. Throws an Error that says what is wrong with it.
 */
export function parseLinks(text: string): LinkTemplates {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error("It is not JSON", { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("It is not a JSON object");
  for (const [name, address] of Object.entries(value)) {
    if (!Object.hasOwn(CONSOLE_LINKS, name))
      throw new Error(`There is no link "${name}"; the links are ${Object.keys(CONSOLE_LINKS).join(", ")}`);
    if (typeof address !== "string" || !/^(?:https?:\/\/.+)?$/.test(address))
      throw new Error(`The link "${name}" is neither an http(s) address nor empty`);
  }
  return { ...CONSOLE_LINKS, ...value };
}

/** What a message is about, as far as links go. */
interface LinkSubject {
  readonly document: DocumentSource;
  readonly apiId?: string | undefined;
  readonly correlationId: string;
  /** When it ended, ISO 8601, and how long it took. */
  readonly time: string;
  readonly durationMs: number;
}

export function linksTo(links: Links, subject: LinkSubject): RenderOptions {
  const { templates, region } = links;
  const { document, apiId } = subject;
  const { bucket, key, versionId } = document;
  const isObject = bucket !== "" && key !== "";
  // Without a version there is no such parameter: the console would look for one of no name.
  const template =
    versionId === undefined ? templates.document.replace(/[?&]versionId=\{versionId\}/, "") : templates.document;
  const query = links.logGroups.length === 0 ? undefined : insightsQuery(links, subject);
  return {
    documentUrl: isObject ? fill(template, { region, bucket, key, versionId: versionId ?? "" }) : undefined,
    consoleUrl: apiId === undefined ? undefined : fill(templates.api, { region, apiId }),
    pageUrl: templates.page === "" ? undefined : pageFor(templates.page, { region, bucket, key, apiId }),
    logsUrl: query === undefined ? undefined : fill(templates.logs, { region }).replace("{query}", () => query),
    pipeline: links.pipeline,
  };
}

/** The page at the API; where nobody knows which it is, the page itself. */
function pageFor(template: string, { apiId, ...values }: Readonly<Record<string, string | undefined>>): string {
  const known = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value ?? ""]));
  return apiId === undefined ? fill(template.replace(/#.*$/s, ""), known) : fill(template, { ...known, apiId });
}

function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return value === undefined ? whole : encodeURIComponent(value.toWellFormed());
  });
}

const MARGIN_MS = 60_000;

/** The console keeps a query in its address, in a notation of its own: `*` for `%`, and its `$` for the `%` of it all. */
function insightsQuery({ logGroups, calendar }: Links, { correlationId, time, durationMs }: LinkSubject): string {
  const until = calendar.parse(time);
  const text = `fields @timestamp, service, level, message\n| filter correlationId = ${JSON.stringify(correlationId)}\n| sort @timestamp asc\n| limit 1000`;
  const at = (epochMs: number) => quoted(calendar.format(epochMs));
  const sources = logGroups.map((name) => `~${quoted(name)}`).join("");
  return `~(end~${at(until + MARGIN_MS)}~start~${at(until - durationMs - MARGIN_MS)}~timeType~'ABSOLUTE~tz~'UTC~editorString~${quoted(text)}~source~(${sources}))`
    .replace(/[^A-Za-z0-9_.~()'*-]/g, encodeURIComponent)
    .replaceAll("'", "%27")
    .replaceAll("%", "$");
}

function quoted(text: string): string {
  const escaped = [...text.toWellFormed()].map((character) => {
    if (/[A-Za-z0-9_.-]/.test(character)) return character;
    return encodeAll(character).replaceAll("%", "*").toLowerCase();
  });
  return `'${escaped.join("")}`;
}

function encodeAll(character: string): string {
  const encoded = encodeURIComponent(character);
  return encoded === character ? `%${(character.codePointAt(0) ?? 0).toString(16).padStart(2, "0")}` : encoded;
}
