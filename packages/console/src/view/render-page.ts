import { createHash } from "node:crypto";
import { visible } from "@specdrop/spec/visible";
import { renderToString } from "preact-render-to-string";
import type { ConsolePageOptions, ConsoleState } from "../state.ts";
import { App } from "./app.ts";
import { GlyphShapes } from "./glyph-shapes.ts";
import { html } from "./html.ts";
import { STYLES } from "./styles.ts";
import { initialUi } from "./ui.ts";

/** One whole HTML document: it can be read before its script runs, and without it. */
export function renderPage(state: ConsoleState, { script }: ConsolePageOptions): string {
  const app = renderToString(html`<${App} state=${state} ui=${initialUi(state)} act=${() => undefined} />`);
  const isFile = state.where.kind === "snapshot";
  const policy = isFile ? `<meta http-equiv="Content-Security-Policy" content="${contentPolicy(script, "file")}">` : "";
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">${policy}<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer"><link rel="icon" href="data:,"><title>${escapeHtml(titleOf(state))}</title><style>${STYLES}</style></head>
<body>${renderToString(html`<${GlyphShapes} />`)}<div id="app">${app}</div><script type="application/json" id="state">${escapeJson(state)}</script>${script === undefined ? "" : `<script>${script}</script>`}</body></html>
`;
}

/** Where a page is: of a file there is nobody to connect to, and a policy in a document cannot say who may frame it. */
type PagePlacement = "server" | "file";

/** Nothing runs and nothing is fetched but what the page holds, and its own server's answers. */
export function contentPolicy(script: string | undefined, placement: PagePlacement): string {
  return [
    "default-src 'none'",
    `script-src ${script === undefined ? "'none'" : hashOf(script)}`,
    `style-src ${hashOf(STYLES)}`,
    "img-src data:",
    `connect-src ${placement === "server" ? "'self'" : "'none'"}`,
    "base-uri 'none'",
    "form-action 'none'",
    ...(placement === "server" ? ["frame-ancestors 'none'"] : []),
    "require-trusted-types-for 'script'",
  ].join("; ");
}

/** `● 6 not live – specdrop dev`. */
export function titleOf({ verdict, where }: ConsoleState): string {
  return visible(`${verdict.title} – specdrop ${where.name}`);
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** No text of it ends the element that holds it. */
function escapeJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
