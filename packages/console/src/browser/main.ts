import { hydrate, render } from "preact";
import type { ConsoleState } from "../state.ts";
import { readLink } from "../try/fields.ts";
import { App } from "../view/app.ts";
import { html } from "../view/html.ts";
import { hrefOf, type PagePlace, placeOf } from "../view/links.ts";
import { plainText } from "../view/text.ts";
import { afterAction, afterUpdate, initialUi, isSame, type PageAction, type PageUi } from "../view/ui.ts";
import { isPast } from "../view/verdict.ts";
import { copyText } from "./copy.ts";
import { fetchOnDemand } from "./demand.ts";
import { listenToKeys } from "./keyboard.ts";
import { followServer } from "./stream.ts";

const WIDE = "(min-width: 1100px)";
const NARROW = "(max-width: 719.98px)";

const root = document.getElementById("app");
const data = document.getElementById("state");
if (root !== null && data !== null) start(root, JSON.parse(data.textContent ?? "") as ConsoleState);

function start(root: HTMLElement, first: ConsoleState): void {
  let state = first;
  let ui = initialUi(state);
  let isDrawing = false;
  let told = plainText(state.verdict.headline, state);
  let toldAt = 0;

  /** Draws once for all that happens at once. */
  function change(next: PageUi): void {
    ui = next;
    if (isDrawing) return;
    isDrawing = true;
    queueMicrotask(() => {
      isDrawing = false;
      draw();
    });
  }

  function draw(): void {
    render(html`<${App} state=${state} ui=${ui} act=${act} />`, root);
    const past = isPast({ state, ui });
    const title = ui.connection.kind === "lost" ? "? disconnected" : past ? "? not up to date" : state.verdict.title;
    document.title = `${title} – specdrop ${state.where.name}`;
    if (state.where.kind === "dev") demand(state, ui);
  }

  const demand = fetchOnDemand((more) => change({ ...ui, ...more(ui) }));

  function act(action: PageAction): void {
    if (action.kind === "copy") {
      const text = action.text.startsWith("#") ? new URL(action.text, location.href).href : action.text;
      void copyText(text).then((isCopied) => isCopied && change({ ...ui, copied: action.text }));
      return;
    }
    if (action.kind === "go") return void go(action.place);
    const before = ui.selected;
    change(afterAction(ui, action, state));
    if (action.kind === "select" || action.kind === "problem") {
      const { selected } = ui;
      // On a small screen the inspector is a view of its own, and Back leads out of it.
      if (selected !== undefined) void go({ kind: "response", ...selected });
      else if (before !== undefined) void go({ kind: "page" });
    }
    if (action.kind === "close" && ui.selected === undefined && ui.place.kind !== "page") void go({ kind: "page" });
  }

  function go(place: PagePlace): void {
    const href = hrefOf(place);
    if (href === (location.hash || "#")) return;
    // A new entry of the history where the view is another one; in place where only what is selected changes.
    const isNewView = place.kind !== ui.place.kind;
    history[isNewView ? "pushState" : "replaceState"](
      null,
      "",
      href === "#" ? location.pathname + location.search : href,
    );
    follow();
  }

  /** Shows what the address names. */
  function follow(): void {
    const place = placeOf(location.hash);
    const isOther = hrefOf(place) !== hrefOf(ui.place);
    let next: PageUi = { ...ui, place };
    if (place.kind === "response" && !isSame(ui.selected, place)) {
      const { apiId, integrationId, key } = place;
      next = { ...afterAction(next, { kind: "select", ref: { apiId, integrationId, key } }, state), place };
    }
    if (place.kind === "api") next = { ...next, closed: new Set([...next.closed].filter((id) => id !== place.apiId)) };
    if (place.kind === "try" && place.input !== undefined) {
      const tried = readLink(place.input);
      const { input: _, ...bare } = place;
      history.replaceState(null, "", hrefOf(bare));
      next = { ...next, place: bare, ...(tried === undefined ? {} : { tried }) };
    }
    const isNewView = isOther && place.kind !== ui.place.kind && (place.kind === "try" || ui.place.kind === "try");
    change(next);
    const target = place.kind === "api" ? document.getElementById(hrefOf(place).slice(1)) : null;
    queueMicrotask(() => {
      if (isNewView) {
        document.querySelector<HTMLElement>("h1")?.focus();
        scrollTo(0, 0);
      } else if (place.kind === "response" && ui.layout === "narrow") {
        document.getElementById("inspector-title")?.focus();
        scrollTo(0, 0);
      } else target?.scrollIntoView();
    });
  }

  function update(next: ConsoleState): void {
    if (next.version === state.version) {
      state = { ...state, at: next.at };
      return;
    }
    const before = state;
    state = next;
    // What was fetched stays until it is fetched again: nothing is taken from under somebody's hands.
    change({ ...afterUpdate(ui, before, next), now: now() });
    tellVerdict();
  }

  /** A changed verdict is said aloud, at most every five seconds. */
  function tellVerdict(): void {
    const said = plainText(state.verdict.headline, state);
    if (said === told) return;
    const wait = toldAt + 5_000 - Date.now();
    if (wait > 0) {
      setTimeout(tellVerdict, wait);
      return;
    }
    told = said;
    toldAt = Date.now();
    change({ ...ui, said: `Now ${said.charAt(0).toLowerCase()}${said.slice(1)}.` });
  }

  hydrate(html`<${App} state=${state} ui=${ui} act=${act} />`, root);
  change({ ...ui, isScripted: true, layout: layout(), now: now() });
  follow();
  addEventListener("popstate", follow);
  addEventListener("hashchange", follow);
  for (const query of [WIDE, NARROW])
    matchMedia(query).addEventListener("change", () => change({ ...ui, layout: layout() }));
  listenToKeys({ act, read: () => ({ state, ui }) });
  setInterval(() => change({ ...ui, now: now() }), 30_000);
  if (state.where.kind === "dev") {
    followServer({
      version: () => state.version,
      update,
      tell: (connection) => change({ ...ui, connection, now: now() }),
      lastUpdate: () => state.at,
    });
  }
}

function layout(): PageUi["layout"] {
  return matchMedia(WIDE).matches ? "wide" : matchMedia(NARROW).matches ? "narrow" : "middle";
}

function now(): string {
  return new Date().toISOString();
}
