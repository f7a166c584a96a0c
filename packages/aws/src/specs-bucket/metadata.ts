type Metadata = Readonly<Record<string, string>>;

/**
 * Metadata travels in HTTP headers, which hold printable ASCII only: other values are written as RFC 2047 encoded
 * words, the form in which S3 itself returns them.
 */
export function encodeMetadata(metadata: Metadata): Record<string, string> {
  return mapValues(metadata, (value) =>
    /^(?! )[\x20-\x7e]*(?<! )$/.test(value) && !value.includes("=?")
      ? value
      : `=?UTF-8?B?${Buffer.from(value).toString("base64")}?=`,
  );
}

export function decodeMetadata(metadata: Metadata): Record<string, string> {
  return mapValues(metadata, (value) =>
    value
      .replace(/(\?=)\s+(?==\?)/g, "$1")
      .replace(/=\?UTF-8\?([BQ])\?([^?]*)\?=/gi, (_, encoding: string, text: string) =>
        (encoding.toUpperCase() === "B" ? Buffer.from(text, "base64") : fromQuoted(text)).toString(),
      ),
  );
}

function fromQuoted(text: string): Buffer {
  const bytes = text
    .replaceAll("_", " ")
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1");
}

function mapValues(metadata: Metadata, change: (value: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), change(value)]));
}
