import type { IncomingMessage, ServerResponse } from "node:http";
import { pageScript } from "@specdrop/console/page-script";
import { contentPolicy, renderPage } from "@specdrop/console/view/render-page";
import { sendJson } from "../http.ts";
import type { PageSource } from "./page-source.ts";
import type { PageStreams } from "./streams.ts";

/** What the page needs, each below `/_specdrop/`. */
const ADDRESSES = ["", "state.json", "api.json", "response.json", "stream"] as const;
type PageAddress = (typeof ADDRESSES)[number];

/** On every answer: no page of others reads or frames it, and nobody keeps it. */
const HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cache-control": "no-store",
};
const JSON_HEADERS = { ...HEADERS, "content-type": "application/json; charset=utf-8" };

/** The page and what watches for changes. */
export interface ServedPage {
  readonly source: PageSource;
  readonly streams: PageStreams;
}

/** Which of the page's addresses a name below `/_specdrop/` is. */
export function pageAddress(name: string): PageAddress | undefined {
  return ADDRESSES.find((address) => address === name);
}

/** Answers at one of the page's own addresses. They are only read: every other method is refused. */
export async function answerPage(
  { source, streams }: ServedPage,
  address: PageAddress,
  { method, headers }: IncomingMessage,
  query: URLSearchParams,
  response: ServerResponse,
): Promise<void> {
  if (method !== "GET" && method !== "HEAD") {
    return sendJson(
      response,
      405,
      { message: "The page is only read: GET or HEAD." },
      { ...JSON_HEADERS, allow: "GET, HEAD" },
    );
  }
  switch (address) {
    case "": {
      const [state, script] = await Promise.all([source.state(), pageScript()]);
      const policy = { "content-security-policy": contentPolicy(script, "server") };
      const page = renderPage(state, { script });
      return send(response, 200, page, { ...HEADERS, ...policy, "content-type": "text/html; charset=utf-8" });
    }
    case "state.json": {
      const state = await source.state();
      const etag = `"${state.version}"`;
      if (headers["if-none-match"] === etag) return send(response, 304, "", { ...HEADERS, etag });
      return sendJson(response, 200, state, { ...JSON_HEADERS, etag });
    }
    case "api.json":
      return sendFound(response, await source.api(query.get("id") ?? ""));
    case "response.json":
      return sendFound(response, await responseFor(source, query));
    case "stream":
      if (method === "HEAD") return send(response, 200, "", { ...HEADERS, "content-type": "text/event-stream" });
      if (!streams.open(response, HEADERS)) {
        sendJson(
          response,
          503,
          { message: "Too many pages watch already. Read state.json from time to time." },
          JSON_HEADERS,
        );
      }
  }
}

/** One response with its values; without a key, what Try it evaluates of the whole integration. */
function responseFor(source: PageSource, query: URLSearchParams): Promise<object | undefined> {
  const [apiId, integrationId, key] = ["api", "integration", "key"].map((name) => query.get(name));
  if (key === null || key === undefined) return source.definitions(apiId ?? "", integrationId ?? "");
  return source.response({ apiId: apiId ?? "", integrationId: integrationId ?? "", key });
}

function sendFound(response: ServerResponse, found: object | undefined): void {
  if (found === undefined) sendJson(response, 404, { message: "There is no such thing." }, JSON_HEADERS);
  else sendJson(response, 200, found, JSON_HEADERS);
}

function send(response: ServerResponse, status: number, text: string, headers: Readonly<Record<string, string>>): void {
  response.writeHead(status, {
    ...headers,
    ...(status === 304 ? {} : { "content-length": String(Buffer.byteLength(text)) }),
  });
  response.end(text);
}

/** A browser that is led to the port itself, and not to a bucket, is led to the page. */
export function wantsPage({ method, headers, url = "/" }: IncomingMessage): boolean {
  const isRead = method === "GET" || method === "HEAD";
  const isPort = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i.test(headers.host ?? "");
  return (
    isRead &&
    isPort &&
    url === "/" &&
    headers.authorization === undefined &&
    /\btext\/html\b/.test(headers.accept ?? "")
  );
}

/** Operations that only read: they change nothing that a page shows, and the page's own reads are among them. */
const READS = /^(?:BatchGet|Describe|Get(?!ResourceRequestStatus)|List|Query|Scan|TransactGet|Receive)/;

/** Whether a request may have changed what the page shows. */
export function mayChange({ method, headers }: IncomingMessage): boolean {
  if (method === "GET" || method === "HEAD" || method === "OPTIONS") return false;
  const [service, operation = ""] = String(headers["x-amz-target"] ?? "").split(".");
  if (service === "") return !/\/sts\/aws4_request/.test(headers.authorization ?? "");
  return service !== "AmazonSQS" && !READS.test(operation);
}
