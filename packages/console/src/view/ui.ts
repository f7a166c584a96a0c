import type {
  ApiState,
  ConsoleState,
  ResponseDetail,
  ResponseRef,
  ResponseStanding,
  TryDefinitions,
} from "../state.ts";
import { EMPTY_TRY, type TryFields } from "../try/fields.ts";
import type { PagePlace } from "./links.ts";

export type InspectorTab = "difference" | "try" | "history";

/** How the page stands to the server that it watches. */
export type PageConnection =
  | { readonly kind: "connected" }
  | { readonly kind: "lost"; readonly since: string; readonly retryAt?: string }
  /** A file: nothing to be connected to. */
  | { readonly kind: "snapshot" };

/** What a reader has done with the page; the state of the documents is not part of it. */
export interface PageUi {
  /** The script runs: tabs, filter and Try it work. */
  readonly isScripted: boolean;
  /** Where the inspector stands: beside the APIs, below the API it belongs to, or in a view of its own. */
  readonly layout: "wide" | "middle" | "narrow";
  /** ISO 8601: what `2 min ago` is counted from. */
  readonly now: string;
  readonly connection: PageConnection;
  readonly place: PagePlace;
  readonly filter: string;
  /** Only responses in this state are shown. */
  readonly only?: ResponseStanding;
  readonly selected?: ResponseRef;
  /** The problem whose row is marked. */
  readonly problemId?: string;
  readonly tab: InspectorTab;
  /** APIs that were opened, and that were closed though they open by themselves. */
  readonly opened: ReadonlySet<string>;
  readonly closed: ReadonlySet<string>;
  /** APIs that show all their live rows. */
  readonly unfolded: ReadonlySet<string>;
  readonly showsAllApis: boolean;
  readonly showsHelp: boolean;
  readonly hasKeys: boolean;
  /** What was copied last. */
  readonly copied?: string;
  /** What was fetched on demand, by id, and by `refName` of what it is about. */
  readonly apis: ReadonlyMap<string, ApiState>;
  readonly details: ReadonlyMap<string, ResponseDetail | "absent">;
  readonly definitions: ReadonlyMap<string, TryDefinitions | "absent">;
  readonly tried: TryFields;
  /** What assistive technology is told of: a verdict that changed. */
  readonly said: string;
}

/** What a reader does. */
export type PageAction =
  | { readonly kind: "filter"; readonly text: string }
  | { readonly kind: "only"; readonly state: ResponseStanding }
  | { readonly kind: "problem"; readonly id: string }
  | { readonly kind: "select"; readonly ref: ResponseRef; readonly tab?: InspectorTab }
  | { readonly kind: "tab"; readonly tab: InspectorTab }
  | { readonly kind: "toggleApi"; readonly apiId: string }
  | { readonly kind: "unfold"; readonly apiId: string }
  | { readonly kind: "allApis" }
  | { readonly kind: "help" }
  | { readonly kind: "keys" }
  | { readonly kind: "close" }
  | { readonly kind: "copy"; readonly text: string }
  /** Another place in the page; the address follows. */
  | { readonly kind: "go"; readonly place: PagePlace }
  | { readonly kind: "try"; readonly fields: Partial<TryFields> };

export type PageAct = (action: PageAction) => void;

/** What every component gets. */
export interface PageProps {
  readonly state: ConsoleState;
  readonly ui: PageUi;
  readonly act: PageAct;
}

/** A page as it is written: nothing has been done with it. */
export function initialUi(state: ConsoleState): PageUi {
  const first = state.problems.find(({ responses }) => responses.length > 0) ?? state.problems[0];
  const [selected] = first?.responses ?? [];
  return {
    isScripted: false,
    layout: "wide",
    now: state.at,
    connection: state.where.kind === "dev" ? { kind: "connected" } : { kind: "snapshot" },
    place: { kind: "page" },
    filter: "",
    ...(selected === undefined ? {} : { selected }),
    ...(first === undefined ? {} : { problemId: first.id }),
    tab: "difference",
    opened: new Set(),
    closed: new Set(),
    unfolded: new Set(),
    showsAllApis: false,
    showsHelp: false,
    hasKeys: true,
    apis: new Map(),
    details: new Map((state.details ?? []).map((detail) => [refName(detail), detail])),
    definitions: new Map(),
    tried: EMPTY_TRY,
    said: "",
  };
}

/** What an action makes of the page; copying and fetching are the browser's. */
export function afterAction(ui: PageUi, action: PageAction, state: ConsoleState): PageUi {
  switch (action.kind) {
    case "filter":
      return { ...ui, filter: action.text };
    case "only":
      return without(
        { ...ui, ...(ui.only === action.state ? {} : { only: action.state }) },
        "only",
        ui.only === action.state,
      );
    case "problem": {
      const problem = state.problems.find(({ id }) => id === action.id);
      if (problem === undefined) return ui;
      const [ref] = problem.responses;
      const next = { ...ui, problemId: problem.id, tab: "difference" as const };
      if (ref !== undefined) return { ...next, selected: ref, closed: toggled(ui.closed, ref.apiId, false) };
      return without(next, "selected", true);
    }
    case "select": {
      const problem = state.problems.find(({ responses }) => responses.some((one) => isSame(one, action.ref)));
      const next = {
        ...ui,
        selected: action.ref,
        tab: action.tab ?? ui.tab,
        ...(problem && { problemId: problem.id }),
      };
      return {
        ...without(next, "problemId", problem === undefined),
        closed: toggled(ui.closed, action.ref.apiId, false),
      };
    }
    case "tab":
      return { ...ui, tab: action.tab };
    case "toggleApi": {
      const isOpen = isApiOpen(ui, state, action.apiId);
      return {
        ...ui,
        opened: toggled(ui.opened, action.apiId, !isOpen),
        closed: toggled(ui.closed, action.apiId, isOpen),
      };
    }
    case "unfold":
      return { ...ui, unfolded: toggled(ui.unfolded, action.apiId, !ui.unfolded.has(action.apiId)) };
    case "allApis":
      return { ...ui, showsAllApis: true };
    case "help":
      return { ...ui, showsHelp: !ui.showsHelp };
    case "keys":
      return { ...ui, hasKeys: !ui.hasKeys };
    case "close":
      if (ui.showsHelp) return { ...ui, showsHelp: false };
      if (ui.filter !== "" || ui.only !== undefined) return without({ ...ui, filter: "" }, "only", true);
      return without(without(ui, "selected", true), "problemId", true);
    case "copy":
      return { ...ui, copied: action.text };
    case "go":
      return { ...ui, place: action.place };
    case "try":
      return { ...ui, tried: { ...ui.tried, ...action.fields } };
  }
}

/** The same reader before a newer state: what is gone is no longer selected. */
export function afterUpdate(ui: PageUi, before: ConsoleState, state: ConsoleState): PageUi {
  const wasUntouched = ui.selected === undefined && before.problems.length === 0;
  if (wasUntouched) {
    const { selected, problemId } = initialUi(state);
    return { ...ui, ...(selected && { selected }), ...(problemId !== undefined && { problemId }) };
  }
  const isGone = ui.problemId !== undefined && !state.problems.some(({ id }) => id === ui.problemId);
  return without(ui, "problemId", isGone);
}

/** An API with problems is open until somebody closes it, and so is the only one there is. */
export function isApiOpen(ui: PageUi, state: ConsoleState, apiId: string): boolean {
  if (ui.closed.has(apiId)) return false;
  if (ui.opened.has(apiId) || state.apis.length === 1) return true;
  if (ui.place.kind === "api" && ui.place.apiId === apiId) return true;
  return (ui.selected?.apiId ?? "") === apiId;
}

export function refName({ apiId, integrationId, key }: ResponseRef): string {
  return JSON.stringify([apiId, integrationId, key]);
}

export function isSame(one: ResponseRef | undefined, other: ResponseRef): boolean {
  return one !== undefined && refName(one) === refName(other);
}

/** The newest that is known of an API: what the state has, else what was fetched. */
export function apiOf({ state, ui }: Pick<PageProps, "state" | "ui">, apiId: string): ApiState | undefined {
  const api = state.apis.find((one) => one.apiId === apiId);
  if (api === undefined || api.integrations !== undefined) return api;
  const fetched = ui.apis.get(apiId);
  return fetched === undefined ? api : { ...api, ...fetched };
}

function toggled(set: ReadonlySet<string>, name: string, has: boolean): ReadonlySet<string> {
  const next = new Set(set);
  if (has) next.add(name);
  else next.delete(name);
  return next;
}

function without(ui: PageUi, name: "selected" | "problemId" | "only", isGone: boolean): PageUi {
  if (!isGone) return ui;
  const { [name]: _, ...rest } = ui;
  return rest;
}
