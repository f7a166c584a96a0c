import type { WritableProperty } from "@specdrop/spec";

/** One RFC 6902 operation on a declared top-level property; AWS addresses them as `/Property`. */
export type PatchOperation =
  | { readonly op: "add"; readonly path: `/${WritableProperty}`; readonly value: unknown }
  | { readonly op: "remove"; readonly path: `/${WritableProperty}` };

export type Patch = readonly PatchOperation[];
