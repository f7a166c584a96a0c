import type { ResponseRef } from "../state.ts";

/** What the fragment of the address names. Whatever it does not understand is the page itself. */
export type PagePlace =
  | { readonly kind: "page" }
  | { readonly kind: "api"; readonly apiId: string }
  | ({ readonly kind: "response" } & ResponseRef)
  | { readonly kind: "try"; readonly apiId: string; readonly route: string; readonly input?: string };

export function hrefOf(place: PagePlace): string {
  switch (place.kind) {
    case "page":
      return "#";
    case "api":
      return `#/api/${encode(place.apiId)}`;
    case "response":
      return `#/response/${[place.apiId, place.integrationId, place.key].map(encode).join("/")}`;
    case "try": {
      const path = `#/try/${[place.apiId, place.route].map(encode).join("/")}`;
      return place.input === undefined ? path : `${path}?${place.input}`;
    }
  }
}

/** Reads a fragment, with or without its `#`. */
export function placeOf(hash: string): PagePlace {
  const [path = "", input] = hash.replace(/^#/, "").split("?", 2);
  const parts = decodeAll(path.split("/").slice(1));
  const [kind, first = "", second = "", third = ""] = parts ?? [];
  if (kind === "api" && parts?.length === 2) return { kind, apiId: first };
  if (kind === "response" && parts?.length === 4) return { kind, apiId: first, integrationId: second, key: third };
  if (kind === "try" && parts?.length === 3) {
    return { kind, apiId: first, route: second, ...(input === undefined ? {} : { input }) };
  }
  return { kind: "page" };
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function decodeAll(parts: readonly string[]): readonly string[] | undefined {
  try {
    return parts.map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
