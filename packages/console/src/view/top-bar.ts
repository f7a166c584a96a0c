import type { VNode } from "preact";
import { fullTime, shortTime } from "./clock.ts";
import { Glyph } from "./glyphs.ts";
import { html } from "./html.ts";
import { clockOf, Time } from "./text.ts";
import type { PageProps } from "./ui.ts";

/** Whose page it is, the filter, and whether it is up to date. */
export function TopBar({ state, ui, act }: PageProps): VNode {
  const { kind, name, address, accountId, region } = state.where;
  const place = kind === "dev" ? address : [accountId, region].filter((part) => part !== undefined).join(" · ");
  return html`<header class="top">
    <a class="brand" href="#">specdrop</a>
    <span class="where"><b>${name}</b> ${place !== undefined && place !== "" && html`<code>${place}</code>`}</span>
    ${state.apis.length > 0 && ui.isScripted && html`<${Filter} ui=${ui} act=${act} />`}
    <p class="connection"><${Connection} state=${state} ui=${ui} /></p>
    ${ui.isScripted && html`<button type="button" class="key" aria-label="? Keyboard help" aria-expanded=${ui.showsHelp ? "true" : "false"} onClick=${() => act({ kind: "help" })}>?</button>`}
  </header>`;
}

function Filter({ ui, act }: Pick<PageProps, "ui" | "act">): VNode {
  const read = ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
    act({ kind: "filter", text: currentTarget.value });
  return html`<search class="filter">
    <input id="filter" type="search" autocomplete="off" spellcheck="false" aria-label="Filter APIs, keys, documents" placeholder="Filter APIs, keys, documents" value=${ui.filter} onInput=${read} />
    ${ui.hasKeys && html`<kbd aria-hidden="true">/</kbd>`}
  </search>`;
}

function Connection({ state, ui }: Pick<PageProps, "state" | "ui">): VNode {
  const clock = clockOf(state);
  const { connection } = ui;
  const at = (time: string) => html`<${Time} at=${time} said=${shortTime(time, ui.now, clock)} />`;
  if (connection.kind === "snapshot") {
    return html`<span>Snapshot of <${Time} at=${state.at} said=${fullTime(state.at, clock)} /></span>`;
  }
  if (connection.kind === "connected") {
    const changed = state.activity.entries[0]?.at;
    return html`<${Glyph} of="live" /><span>Connected${changed !== undefined && html`<span class="wide-only"> · changed ${at(changed)}</span>`}</span>`;
  }
  const seconds = Math.max(1, Math.ceil((Date.parse(connection.retryAt ?? ui.now) - Date.parse(ui.now)) / 1_000));
  const again = connection.retryAt === undefined ? " Trying again." : ` Trying again in ${seconds} s.`;
  return html`<${Glyph} of="unproven" /><span>Not connected. Last update ${at(connection.since)}.${again}</span>`;
}
