import type { VNode } from "preact";
import { html } from "./html.ts";
import type { PageProps } from "./ui.ts";

const KEYS: readonly (readonly [readonly string[], string])[] = [
  [["/"], "filter"],
  [["n", "p"], "next, previous problem"],
  [["↑", "↓", "←", "→"], "cells"],
  [["Enter"], "open"],
  [["d"], "difference"],
  [["t"], "try it"],
  [["h"], "history"],
  [["c"], "copy the problem's command"],
  [["Esc"], "close, clear"],
  [["?"], "this help"],
];

/** The keys, where somebody asked for them. */
export function Help({ ui, act }: PageProps): VNode | null {
  if (!ui.showsHelp) return null;
  return html`<section class="help box" aria-labelledby="help-title">
    <div class="head"><h2 id="help-title">Keyboard</h2><span class="space"></span><button type="button" class="key" aria-label="Esc, close the help" onClick=${() => act({ kind: "help" })}>Esc</button></div>
    <ul>${KEYS.map(([keys, does]) => html`<li key=${does}>${keys.map((key) => html`<kbd key=${key}>${key}</kbd>`)} ${does}</li>`)}</ul>
    <p class="quiet">No key acts while a field has the focus. <button type="button" class="link" aria-pressed=${ui.hasKeys ? "false" : "true"} onClick=${() => act({ kind: "keys" })}>${ui.hasKeys ? "Turn single keys off" : "Turn single keys on"}</button></p>
  </section>`;
}

/** The foot of the page. */
export function Foot({ ui }: Pick<PageProps, "ui">): VNode {
  return html`<footer class="foot">
    ${ui.isScripted && ui.hasKeys && html`<ul class="keys" aria-label="Keys">${KEYS.map(([keys, does]) => html`<li key=${does}>${keys.map((key) => html`<kbd key=${key}>${key}</kbd>`)} ${does}</li>`)}</ul>`}
    <p class="quiet">Read-only: nothing here changes AWS</p>
  </footer>`;
}
