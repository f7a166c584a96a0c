import type { IncomingHttpHeaders } from "node:http";
import type { ReadRequest } from "../http.ts";

/** What an S3 request addresses. */
export interface S3Address {
  readonly bucket: string;
  /** Decoded; `""` for the bucket itself. */
  readonly key: string;
  readonly query: URLSearchParams;
}

/** What an S3 request is going to do to objects. */
export type S3Write =
  | {
      readonly kind: "put";
      readonly key: string;
      readonly reason: "PutObject" | "CopyObject" | "CompleteMultipartUpload" | "POST Object";
    }
  | {
      readonly kind: "delete";
      readonly keys: readonly string[];
      /** One for each key; `null` where it names no version. Absent where none does. */
      readonly versionIds?: readonly (string | null)[];
      /** Several in one request, answered one by one. */
      readonly isBulk?: true;
    };

const OBJECT_SUBRESOURCES = [
  "acl",
  "tagging",
  "retention",
  "legal-hold",
  "restore",
  "select",
  "torrent",
  "renameObject",
];
const BUCKET_SUBRESOURCES = [
  "accelerate",
  "acl",
  "analytics",
  "cors",
  "encryption",
  "intelligent-tiering",
  "inventory",
  "logging",
  "metrics",
  "object-lock",
  "ownershipControls",
  "policy",
  "policyStatus",
  "publicAccessBlock",
  "replication",
  "requestPayment",
  "tagging",
  "uploads",
  "website",
];

/** Path-style addresses, and virtual-hosted ones where the host is a name with a dot in it, as fauxqs reads them. */
export function addressOf(target: string, headers: IncomingHttpHeaders): S3Address {
  const [path = "", query = ""] = split(target, "?");
  const host = (headers.host ?? "").split(":")[0] ?? "";
  const virtual = host.includes(".") && !/^\d+\.\d+\.\d+\.\d+$/.test(host);
  const [bucket = "", key = ""] = virtual ? [host.split(".")[0], path.slice(1)] : split(path.slice(1), "/");
  return { bucket: decode(bucket), key: decode(key), query: new URLSearchParams(query) };
}

/** The subresource that we do not have, where a request wants one: answered in kind, never taken for an object. */
export function unsupportedSubresource({ key, query }: S3Address, method: string): string | undefined {
  const names = key === "" ? BUCKET_SUBRESOURCES : OBJECT_SUBRESOURCES;
  const found = names.find((name) => query.has(name));
  return found ?? (method !== "GET" && key === "" && query.has("versions") ? "versions" : undefined);
}

/** `undefined` for requests that leave every object as it is. */
export async function writeOf(address: S3Address, { request, body }: ReadRequest): Promise<S3Write | undefined> {
  const { key, query } = address;
  const type = request.headers["content-type"] ?? "";
  switch (request.method) {
    case "PUT": {
      if (key === "" || query.has("partNumber")) return undefined;
      const copy = request.headers["x-amz-copy-source"] !== undefined;
      return { kind: "put", key, reason: copy ? "CopyObject" : "PutObject" };
    }
    case "DELETE":
      return key === "" || query.has("uploadId") ? undefined : deletion([{ key, versionId: query.get("versionId") }]);
    case "POST":
      if (query.has("uploadId")) return { kind: "put", key, reason: "CompleteMultipartUpload" };
      if (query.has("uploads")) return undefined;
      if (type.toLowerCase().includes("multipart/form-data")) {
        return { kind: "put", key: await formKey(body, type), reason: "POST Object" };
      }
      return query.has("delete") ? { ...deletion(objectsIn(body.toString())), isBulk: true } : undefined;
    default:
      return undefined;
  }
}

async function formKey(body: Buffer, type: string): Promise<string> {
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } })
    .formData()
    .catch(() => new FormData());
  const file = form.get("file");
  const name = file instanceof File ? file.name : "";
  return String(form.get("key") ?? "").replace(/\$\{filename\}/g, () => name);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

interface NamedObject {
  readonly key: string;
  readonly versionId: string | null;
}

function deletion(objects: readonly NamedObject[]): S3Write & { readonly kind: "delete" } {
  const versionIds = objects.map(({ versionId }) => versionId);
  const keys = objects.map(({ key }) => key);
  return { kind: "delete", keys, ...(versionIds.some((id) => id !== null) && { versionIds }) };
}

function objectsIn(xml: string): readonly NamedObject[] {
  return Array.from(xml.matchAll(/<Object>([\s\S]*?)<\/Object>/g), ([, object = ""]) => ({
    key: textIn(object, "Key") ?? "",
    versionId: textIn(object, "VersionId") ?? null,
  }));
}

function textIn(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([\\s\\S]*?)</${name}>`)
    .exec(xml)?.[1]
    ?.replace(
      /&(?:#x([\da-f]+)|#(\d+)|(amp|lt|gt|quot|apos));/gi,
      (whole, hex?: string, decimal?: string, name?: string) => {
        if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
        if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
        return ENTITIES[name?.toLowerCase() ?? ""] ?? whole;
      },
    );
}

function split(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
