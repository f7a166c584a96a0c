import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import type { CloudControlApi } from "@specdrop/aws/cloud-control/api";
import { controlPlane } from "@specdrop/aws/cloud-control/control-plane";
import { gatewayOf } from "@specdrop/aws/cloud-control/gateway";
import { dynamoLedger } from "@specdrop/aws/dynamodb/ledger";
import { specsBucket } from "@specdrop/aws/specs-bucket";
import { type ConsoleSource, consoleSource } from "@specdrop/console/source";
import { RESULT_DETAIL_TYPES, type ResultEvent, SOURCE } from "@specdrop/events";
import type { AcceptedTexts } from "@specdrop/inspect/drift/accepted-texts";
import type { CloudControl } from "../cloud-control/cloud-control.ts";
import type { Endpoints } from "../endpoints.ts";

/** Of the events on the bus, as many of the last as make up the activity. */
const LAST_EVENTS = 500;

const clock = { now: () => Date.now(), sleep: (milliseconds: number) => sleep(milliseconds) };

/** What the page of an embedded stack is made of. It has to be closed. */
export function devSource(
  endpoints: Pick<Endpoints, "clientSettings" | "cloudControl" | "eventBridge" | "port" | "region" | "version">,
  { bucket, bus, table }: { readonly bucket: string; readonly bus: string; readonly table: string },
): ConsoleSource & { close(): void } {
  const { clientSettings, cloudControl, eventBridge, port, region, version } = endpoints;
  const dynamodb = new DynamoDBClient(clientSettings);
  const s3 = new S3Client({ ...clientSettings, forcePathStyle: true });
  const api = peeking(cloudControl);
  const source = consoleSource({
    ledger: dynamoLedger(dynamodb, table),
    texts: textsOf(specsBucket(s3, bucket)),
    controlPlane: controlPlane(api, { clock }),
    gateway: gatewayOf(api, { clock }),
    ...{ clock, random: Math.random, version },
    fingerprints: () => fingerprintsOf(cloudControl),
    where: { kind: "dev", name: "dev", address: `127.0.0.1:${port}`, region, ledger: `dynamodb:${table}` },
    told() {
      const events = eventBridge.eventsOn(bus);
      const results = events.slice(-LAST_EVENTS).flatMap((event) => resultIn(event) ?? []);
      const since = results[0]?.detail.metadata.time;
      return { events: results, ...(since === undefined ? {} : { since }) };
    },
  });
  return {
    ...source,
    close() {
      dynamodb.destroy();
      s3.destroy();
    },
  };
}

/** A revision's text never changes: it is read once, and kept as long as it is in force. */
function textsOf(store: ReturnType<typeof specsBucket>): AcceptedTexts {
  const kept = new Map<string, { readonly sequence: number; readonly body: Uint8Array }>();
  return {
    async read(documentId, { source, sequence }) {
      const known = kept.get(documentId);
      if (known?.sequence === sequence) return known;
      const text = await store.read(source);
      if (text === undefined) return { missing: "its text is gone or overwritten" };
      kept.set(documentId, { sequence, body: text.body });
      return text;
    },
  };
}

/** All that the emulator has of each API. What it takes to exist depends on a fault. */
function fingerprintsOf(cloudControl: CloudControl): ReadonlyMap<string, string> {
  const { impliedParents } = cloudControl.faults().quirks;
  const byApi = Map.groupBy(cloudControl.resources(), ({ Properties }) => String(Properties["ApiId"] ?? ""));
  const ofApis = [...byApi].map(([apiId, resources]) => [apiId, JSON.stringify(resources)] as const);
  return new Map([...ofApis, ["", String(impliedParents)]]);
}

type DeliveredEvent = ReturnType<Endpoints["eventBridge"]["eventsOn"]>[number];

function resultIn(event: DeliveredEvent): ResultEvent | undefined {
  const detailType = RESULT_DETAIL_TYPES.find((type) => type === event["detail-type"]);
  if (event.source !== SOURCE || detailType === undefined) return undefined;
  return { detailType, detail: event.detail as unknown as ResultEvent["detail"] };
}

/** The emulated Cloud Control, past its faults and its rate: who looks on changes nothing for who works. */
function peeking({ peek }: CloudControl): CloudControlApi {
  const refuse = async (): Promise<never> => {
    throw new Error("A page only reads.");
  };
  return {
    get: async (request) => peek.getResource(request).ResourceDescription,
    list: async (request) => ({ NextToken: undefined, ...peek.listResources(request) }),
    ...{ create: refuse, update: refuse, delete: refuse, requests: refuse, status: refuse },
  };
}
