import type { Backend, Given, Reply } from "@specdrop/template";
import { type LocatedNode, type MapNode, pointerTo, report, type ScalarNode } from "../node.ts";
import type { PropertyTable } from "../properties.ts";
import { asMap, readProperties, type Values } from "../shape.ts";
import { type Scope, type Text, wrongType } from "../values.ts";
import type { Expected } from "./expectation.ts";
import { plainValue } from "./plain-value.ts";
import {
  EXPECT_PROPERTIES,
  EXPECTATION_PROPERTIES,
  GIVEN_PROPERTIES,
  REPLY_PROPERTIES,
  REQUEST_PROPERTIES,
} from "./tables.ts";

/** An expectation whose shape is right. */
export interface ExpectationDraft {
  readonly name: Text;
  readonly pointer: string;
  readonly ApiId?: string;
  readonly IntegrationId?: string;
  readonly given: Given;
  readonly expect: Expected;
  /** Where the expected response is named. */
  readonly responseNode?: LocatedNode;
}

/** Reads the list of expectations; those that have not the right shape are reported, and left out. */
export function readExpectations(scope: Scope, node: LocatedNode): readonly ExpectationDraft[] {
  const pointer = "/Expectations";
  if (node.kind !== "list") {
    wrongType(scope, { name: "Expectations", node, pointer }, "a list", "Start each expectation with a dash.");
    return [];
  }
  return node.items.flatMap((item, index) => readExpectation(scope, item, pointerTo(pointer, index)) ?? []);
}

function readExpectation(scope: Scope, node: LocatedNode, pointer: string): ExpectationDraft | undefined {
  const before = scope.reading.findings.length;
  const own = readMap(scope, node, "The expectation", pointer, EXPECTATION_PROPERTIES);
  if (own === undefined) return undefined;
  for (const part of [own.given, own.expect]) if (part !== undefined) checkNumbers(scope, part, pointer);
  const given = own.given && readGiven(scope, own.given, `${pointer}/given`);
  const expect = own.expect && readExpected(scope, own.expect, `${pointer}/expect`);
  const isWrong = scope.reading.findings.length > before;
  if (isWrong || own.name === undefined || given === undefined || expect === undefined) return undefined;
  return {
    name: own.name,
    pointer,
    given,
    expect: expect.expected,
    ...(own.ApiId === undefined ? {} : { ApiId: own.ApiId.text }),
    ...(own.IntegrationId === undefined ? {} : { IntegrationId: own.IntegrationId.text }),
    ...(expect.responseNode === undefined ? {} : { responseNode: expect.responseNode }),
  };
}

/** A longer number is rounded when it is read: an expectation of it would compare other digits than those written. */
function checkNumbers(scope: Scope, node: LocatedNode, pointer: string): void {
  if (node.kind === "map") for (const { value } of node.entries) checkNumbers(scope, value, pointer);
  if (node.kind === "list") for (const item of node.items) checkNumbers(scope, item, pointer);
  if (node.kind !== "scalar" || !Number.isInteger(node.value) || Number.isSafeInteger(node.value)) return;
  const help = `Give the whole body, or the frame, as text: '{"id":…}'. AWS keeps all digits of whole numbers.`;
  const message = "This number has too many digits to be read exactly";
  report(scope.reading, node, { code: "SD2003", message, pointer, help });
}

function readMap<T extends PropertyTable>(
  scope: Scope,
  node: LocatedNode,
  name: string,
  pointer: string,
  table: T,
): Values<T> | undefined {
  const map = asMap(scope, node, name, pointer);
  return map && readProperties(scope, map, table, { name, at: startOf(map), pointer });
}

function startOf({ start }: MapNode): { readonly start: number; readonly end: number } {
  return { start, end: start + 1 };
}

function readGiven(scope: Scope, node: LocatedNode, pointer: string): Given | undefined {
  const given = readMap(scope, node, "given", pointer, GIVEN_PROPERTIES);
  const reply = given?.reply && readReply(scope, given.reply, `${pointer}/reply`);
  if (given === undefined || reply === undefined) return undefined;
  const { backend, context, stageVariables } = given;
  const request = given.request && readMap(scope, given.request, "request", `${pointer}/request`, REQUEST_PROPERTIES);
  return {
    reply,
    ...(backend === undefined ? {} : { backend: backend.text as Backend }),
    ...(request === undefined ? {} : { request: requestOf(request) }),
    ...(context === undefined ? {} : { context: record(scope, context, "context", pointer) }),
    ...(stageVariables === undefined
      ? {}
      : { stageVariables: record(scope, stageVariables, "stageVariables", pointer) }),
  };
}

function requestOf({ routeKey, body }: Values<typeof REQUEST_PROPERTIES>): NonNullable<Given["request"]> {
  return {
    ...(routeKey === undefined ? {} : { routeKey: routeKey.text }),
    ...(body === undefined ? {} : { body: plainValue(body) }),
  };
}

function record(scope: Scope, node: LocatedNode, name: string, parent: string): Readonly<Record<string, unknown>> {
  const pointer = `${parent}/${name}`;
  const map = asMap(scope, node, name, pointer);
  return map === undefined ? {} : (plainValue(map) as Record<string, unknown>);
}

function readReply(scope: Scope, node: LocatedNode, pointer: string): Reply | undefined {
  const reply = readMap(scope, node, "reply", pointer, REPLY_PROPERTIES);
  if (reply === undefined) return undefined;
  const { status, headers, body, error } = reply;
  const texts = headers?.flatMap(({ key, value }) => (value === undefined ? [] : [[key.text, value.text] as const]));
  return {
    ...(status === undefined ? {} : { status }),
    ...(texts === undefined ? {} : { headers: Object.fromEntries(texts) }),
    ...(body === undefined ? {} : { body: plainValue(body) }),
    ...(error === undefined ? {} : { error: plainValue(error) }),
  };
}

interface ReadExpected {
  readonly expected: Expected;
  readonly responseNode?: LocatedNode;
}

function readExpected(scope: Scope, node: LocatedNode, pointer: string): ReadExpected | undefined {
  const expect = readMap(scope, node, "expect", pointer, EXPECT_PROPERTIES);
  if (expect === undefined) return undefined;
  const { response, template, frame } = expect;
  if (response === undefined && template === undefined && frame === undefined) {
    const help = "Write at least one of response, template and frame.";
    report(scope.reading, node, { code: "SD2002", message: "The expectation has nothing to check", pointer, help });
    return undefined;
  }
  const expected = {
    ...(response === undefined ? {} : { response: textOrNull(scope, response, "response", pointer) }),
    ...(template === undefined ? {} : { template: textOrNull(scope, template, "template", pointer) }),
    ...(frame === undefined ? {} : { frame: readFrame(scope, frame, `${pointer}/frame`) }),
  };
  return { expected, ...(response === undefined ? {} : { responseNode: response }) };
}

function textOrNull(scope: Scope, node: LocatedNode, name: string, parent: string): string | null {
  if (node.kind === "scalar" && (typeof node.value === "string" || node.value === null)) return node.value;
  const source = scope.reading.text.slice(node.start, node.end);
  const isPlainNumber = node.kind === "scalar" && typeof node.value === "number";
  const help = isPlainNumber ? "Put it in quotes." : "Write a name, or null for none.";
  const suggestion = isPlainNumber ? JSON.stringify(source) : undefined;
  wrongType(scope, { name, node, pointer: `${parent}/${name}`, guarded: true }, "text or null", help, suggestion);
  return null;
}

function readFrame(scope: Scope, node: LocatedNode, pointer: string): NonNullable<Expected["frame"]> | null {
  if (node.kind === "scalar" && node.value === null) return null;
  const entries = node.kind === "map" ? node.entries : [];
  const [only] = entries;
  if (only !== undefined && entries.length === 1) {
    const { key, value } = only;
    if (key === "json") return { json: plainValue(value) };
    if (key === "text" && isText(value)) return { text: value.value };
  }
  const help = "Write { json: … } to compare values, { text: … } to compare the exact text, or null for no frame.";
  wrongType(scope, { name: "frame", node, pointer, guarded: true }, "{ json: … }, { text: … } or null", help);
  return null;
}

function isText(node: LocatedNode): node is ScalarNode & { readonly value: string } {
  return node.kind === "scalar" && typeof node.value === "string";
}
