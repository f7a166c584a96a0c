import type { VNode } from "preact";
import { html } from "./html.ts";

/** The shapes, once in the page: each glyph is a reference to one of them. */
export function GlyphShapes(): VNode {
  const line = { fill: "none", stroke: "currentColor", "stroke-width": "1.5" };
  return html`<svg class="shapes" width="0" height="0" aria-hidden="true">
    <symbol id="g-failed" viewBox="0 0 16 16">
      <path fill="currentColor" d="M5 .5h6L15.5 5v6L11 15.5H5L.5 11V5z" />
      <path class="ink" d="m5.5 5.5 5 5m0-5-5 5" fill="none" stroke-width="1.8" stroke-linecap="round" />
    </symbol>
    <symbol id="g-blocked" viewBox="0 0 16 16">
      <rect ...${line} x="1.5" y="1.5" width="13" height="13" rx="2" />
      <path ...${line} stroke-width="2" d="M5 8h6" />
    </symbol>
    <symbol id="g-drifted" viewBox="0 0 16 16">
      <path ...${line} stroke-linejoin="round" d="m8 1 7 7-7 7-7-7z" />
      <path ...${line} stroke-width="1.2" d="M5.3 6.8h5.4M5.3 9.2h5.4M9.3 5.3 6.7 10.7" />
    </symbol>
    <symbol id="g-pending" viewBox="0 0 16 16">
      <circle ...${line} cx="8" cy="8" r="6.75" />
      <path fill="currentColor" d="M8 3.5a4.5 4.5 0 0 1 0 9z" />
    </symbol>
    <symbol id="g-unproven" viewBox="0 0 16 16">
      <circle ...${line} cx="8" cy="8" r="6.75" stroke-dasharray="2.4 1.84" />
      <path ...${line} stroke-width="1.3" stroke-linecap="round" d="M6.3 6.3c.3-2 3.5-1.8 3.4.1 0 1.2-1.7 1.2-1.7 2.5M8 11.2v.2" />
    </symbol>
    <symbol id="g-live" viewBox="0 0 16 16">
      <circle ...${line} cx="8" cy="8" r="6.75" />
      <path ...${line} stroke-linecap="round" stroke-linejoin="round" d="m5 8.2 2.2 2.2L11 6" />
    </symbol>
    <symbol id="g-warning" viewBox="0 0 16 16">
      <path ...${line} stroke-linejoin="round" d="M8 1.8 15 14.2H1z" />
      <path ...${line} stroke-linecap="round" d="M8 6.3v3.4M8 11.9v.1" />
    </symbol>
    <symbol id="g-none" viewBox="0 0 16 16"><path ...${line} stroke-width="2" d="M3 8h10" /></symbol>
  </svg>`;
}
