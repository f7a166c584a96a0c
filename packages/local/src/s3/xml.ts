import type { ServerResponse } from "node:http";

export const XML = { "content-type": "application/xml" };
export const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

const PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>';
const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export function escapeXml(text: string): string {
  return text.replace(/[&<>"\r\n\t]/g, (character) => ESCAPES[character] ?? `&#${character.codePointAt(0)};`);
}

/** Nothing where there is no value. */
export function element(name: string, value: string | number | boolean | undefined): string {
  return value === undefined ? "" : `<${name}>${escapeXml(String(value))}</${name}>`;
}

export function sendXml(
  response: ServerResponse,
  body: string,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { ...XML, ...headers }).end(PROLOGUE + body);
}

export function sendError(
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const error = `<Error>${element("Code", code)}${element("Message", message)}</Error>`;
  sendXml(response, response.req.method === "HEAD" ? "" : error, status, headers);
}
