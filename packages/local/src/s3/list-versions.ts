import type { ObjectVersion } from "./version-index.ts";
import { element, NAMESPACE } from "./xml.ts";

export interface VersionedKey {
  readonly key: string;
  /** Newest first. */
  readonly versions: readonly ObjectVersion[];
}

const MOST = 1_000;

/**
 * The body of S3's answer to ListObjectVersions, whose query this is. The markers name what came last before this page.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
 */
export function listVersions(bucket: string, keys: readonly VersionedKey[], query: URLSearchParams): string {
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const keyMarker = query.get("key-marker") ?? "";
  const idMarker = query.get("version-id-marker") ?? "";
  const asked = query.get("max-keys");
  const maxKeys = Math.min(MOST, asked === null || !/^\d+$/.test(asked) ? MOST : Number(asked));
  const isEncoded = query.get("encoding-type") === "url";
  const name = (text: string) => (isEncoded ? encodeURIComponent(text).replaceAll("%2F", "/") : text);

  const found: string[] = [];
  const groups = new Set<string>();
  let last: { readonly key: string; readonly id?: string } | undefined;
  let isTruncated = false;
  const isFull = () => found.length + groups.size >= maxKeys;

  pages: for (const { key, versions } of [...keys].sort((a, b) => compareUtf8(a.key, b.key))) {
    if (!key.startsWith(prefix)) continue;
    const group = groupOf(key, prefix, delimiter);
    if (group !== undefined) {
      if (groups.has(group) || compareUtf8(group, keyMarker) <= 0) continue;
      if (isFull()) {
        isTruncated = true;
        break;
      }
      groups.add(group);
      last = { key: group };
      continue;
    }
    for (const version of after(key, versions, keyMarker, idMarker)) {
      if (isFull()) {
        isTruncated = true;
        break pages;
      }
      found.push(entry(name(key), version, version === versions[0]));
      last = { key, id: version.id };
    }
  }

  const next = isTruncated && last !== undefined ? last : undefined;
  return [
    `<ListVersionsResult ${NAMESPACE}>`,
    element("Name", bucket),
    element("Prefix", name(prefix)),
    element("KeyMarker", name(keyMarker)),
    element("VersionIdMarker", idMarker),
    element("MaxKeys", maxKeys),
    element("Delimiter", delimiter === "" ? undefined : name(delimiter)),
    element("EncodingType", isEncoded ? "url" : undefined),
    element("IsTruncated", next !== undefined),
    element("NextKeyMarker", next && name(next.key)),
    element("NextVersionIdMarker", next?.id),
    ...found,
    ...Array.from(groups, (group) => `<CommonPrefixes>${element("Prefix", name(group))}</CommonPrefixes>`),
    "</ListVersionsResult>",
  ].join("");
}

function groupOf(key: string, prefix: string, delimiter: string): string | undefined {
  const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/** A key marker alone goes past all of that key; with a version, only past that one. */
function after(
  key: string,
  versions: readonly ObjectVersion[],
  keyMarker: string,
  idMarker: string,
): readonly ObjectVersion[] {
  const order = compareUtf8(key, keyMarker);
  if (order !== 0 || keyMarker === "") return order < 0 ? [] : versions;
  const at = idMarker === "" ? -1 : versions.findIndex(({ id }) => id === idMarker);
  return at < 0 ? [] : versions.slice(at + 1);
}

function entry(key: string, { id, isMarker, etag, size, modifiedAt }: ObjectVersion, isLatest: boolean): string {
  const common = [
    element("Key", key),
    element("VersionId", id),
    element("IsLatest", isLatest),
    element("LastModified", new Date(modifiedAt).toISOString()),
  ];
  if (isMarker) return `<DeleteMarker>${common.join("")}</DeleteMarker>`;
  const more = [element("ETag", `"${etag}"`), element("Size", size), element("StorageClass", "STANDARD")];
  return `<Version>${[...common, ...more].join("")}</Version>`;
}

const compareUtf8 = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
