import type { LiveState, ResourceRequest, State, UsedClientToken, WriteCall } from "./state.ts";

/** What one call changed in the state: plain data, fit for JSON. */
export interface StateChange {
  /** By type name and identifier; `null` where it is gone. */
  readonly resources: readonly (readonly [string, string, LiveState | null])[];
  readonly gone: readonly string[];
  readonly requests: readonly ResourceRequest[];
  readonly open: readonly string[];
  readonly clientTokens: readonly (readonly [string, UsedClientToken])[];
  /** Write calls from this index on. */
  readonly writes: readonly [number, readonly WriteCall[]];
  readonly faults: State["faults"];
  readonly seed: number | null;
}

/**
 * Watches a state. Each call of what it returns gives the changes since the one before, `undefined` where there are
 * none; tokens that a throttle has left are not counted. What it gives shares its objects with the state.
 */
export function watchState(state: State): () => StateChange | undefined {
  let resources = resourcesOf(state);
  let { open, faults } = state;
  let tokens = [...open];
  let cancelled = cancelledIn(state);
  let writes = state.writes.length;
  let gone = Object.keys(state.gone).length;

  return () => {
    const cancelledNow = cancelledIn(state);
    const untouched =
      state.open === open &&
      state.open.length === tokens.length &&
      state.writes.length === writes &&
      state.faults === faults &&
      cancelledNow === cancelled;
    if (untouched) return undefined;

    const calls = state.writes.slice(writes);
    const now = resourcesOf(state);
    const touched = new Set([...tokens, ...state.open, ...calls.flatMap(({ RequestToken = [] }) => RequestToken)]);
    const change: StateChange = {
      resources: differences(resources, now),
      gone: Object.keys(state.gone).slice(gone),
      requests: [...touched].flatMap((token) => state.requests[token] ?? []),
      open: [...state.open],
      clientTokens: calls.flatMap(({ ClientToken = "" }) => {
        const used = state.clientTokens[ClientToken];
        return used === undefined ? [] : [[ClientToken, used] as const];
      }),
      writes: [writes, calls],
      faults: state.faults,
      seed: state.seed ?? null,
    };
    resources = now;
    ({ open, faults } = state);
    tokens = [...open];
    cancelled = cancelledNow;
    writes = state.writes.length;
    gone = Object.keys(state.gone).length;
    return change;
  };
}

/** Does to a state what was once done to another. */
export function applyChange(state: State, change: StateChange): void {
  for (const [typeName, identifier, live] of change.resources) {
    const ofType = state.resources[typeName] ?? {};
    state.resources[typeName] = ofType;
    if (live === null) delete ofType[identifier];
    else ofType[identifier] = live;
  }
  for (const identifier of change.gone) state.gone[identifier] = true;
  for (const request of change.requests) state.requests[request.requestToken] = request;
  for (const [token, used] of change.clientTokens) state.clientTokens[token] = used;
  const [from, calls] = change.writes;
  state.writes.splice(from, state.writes.length, ...calls);
  state.open = [...change.open];
  state.faults = change.faults;
  if (change.seed === null) delete state.seed;
  else state.seed = change.seed;
}

type Resources = ReadonlyMap<string, readonly [LiveState, LiveState["model"]]>;

/** A model is replaced when it changes, never written to. */
function resourcesOf(state: State): Resources {
  const all = Object.entries(state.resources).flatMap(([typeName, ofType]) =>
    Object.entries(ofType).map(([identifier, live]) => [`${typeName}\n${identifier}`, [live, live.model]] as const),
  );
  return new Map(all);
}

function differences(before: Resources, now: Resources): StateChange["resources"] {
  const put = [...now].filter(([key, [, model]]) => before.get(key)?.[1] !== model);
  const gone = [...before.keys()].filter((key) => !now.has(key));
  const named = (key: string, live: LiveState | null) => {
    const at = key.indexOf("\n");
    return [key.slice(0, at), key.slice(at + 1), live] as const;
  };
  return [...put.map(([key, [live]]) => named(key, live)), ...gone.map((key) => named(key, null))];
}

function cancelledIn(state: State): number {
  return state.open.filter((token) => state.requests[token]?.status === "CANCEL_IN_PROGRESS").length;
}
