import type { VNode } from "preact";
import type { ResponseStanding } from "../state.ts";
import { html } from "./html.ts";

/** A shape of its own for each state, so that no colour is needed to tell them apart. */
export type GlyphName = ResponseStanding | "warning" | "none";

/** The shape alone: the word stands beside it. */
export function Glyph({ of, size = "" }: { readonly of: GlyphName; readonly size?: "" | "large" }): VNode {
  return html`<svg class=${`g ${of} ${size}`.trim()} aria-hidden="true"><use href=${`#g-${of}`} /></svg>`;
}
