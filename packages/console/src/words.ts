import type { Sentence, TextSpan } from "./state.ts";

// Every sentence that the page alone says, once. What status, doctor and Slack say too comes with their data.

/** A sentence of texts and names: `sentence`Route ${code(name)} has no route response.``. */
export function sentence(texts: TemplateStringsArray, ...parts: readonly (TextSpan | Sentence | number)[]): Sentence {
  const spans: TextSpan[] = [];
  for (const [index, text] of texts.entries()) {
    spans.push(text);
    const part = parts[index];
    if (typeof part === "number") spans.push(number(part));
    else if (typeof part === "string" || (part !== undefined && !isSentence(part))) spans.push(part);
    else if (part !== undefined) spans.push(...part);
  }
  return merged(spans);
}

function isSentence(part: TextSpan | Sentence): part is Sentence {
  return Array.isArray(part);
}

function merged(spans: readonly TextSpan[]): Sentence {
  const whole: TextSpan[] = [];
  for (const span of spans) {
    const last = whole.at(-1);
    if (span === "") continue;
    if (typeof span === "string" && typeof last === "string") whole[whole.length - 1] = `${last}${span}`;
    else whole.push(span);
  }
  return whole;
}

export const code = (text: string): TextSpan => ({ code: text });

export const time = (iso: string): TextSpan => ({ time: iso });

/** A sentence where there is nothing but text. */
export function textOf(parts: Sentence): string {
  return parts.map((part) => (typeof part === "string" ? part : "code" in part ? part.code : part.time)).join("");
}

/** `1,476`. */
export function number(value: number): string {
  return value.toLocaleString("en");
}

/** `1 response`, `14 responses`. */
export function count(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** `a`, `a and b`, `a, b and 3 more`. */
export function listed(names: readonly TextSpan[], most = 2): Sentence {
  const shown = names.slice(0, most);
  const left = names.length - shown.length;
  const parts = left === 0 ? shown : [...shown, `${number(left)} more`];
  return parts.flatMap((part, index) => {
    if (index === 0) return [part];
    return [index === parts.length - 1 ? " and " : ", ", part];
  });
}

/** Parts with ` · ` between them; empty ones are left out. */
export function joined(...parts: readonly Sentence[]): Sentence {
  const full = parts.filter((part) => part.length > 0);
  return merged(full.flatMap((part, index) => (index === 0 ? part : [" · ", ...part])));
}

/** What a cell says of its own part. */
export const CELL = {
  live: "live",
  asDeclared: "as declared",
  refused: "refused by AWS",
  missing: "missing in AWS",
  nothingBack: "nothing goes back to the client",
  neverDeployed: "never deployed",
  noIntegration: "leads to no integration",
  noRoute: "no route leads here",
  proxy: "proxy: responses are never used",
  notCompared: "not compared",
  assumed: "assumed by dev",
  notApplied: "not applied",
  notSettled: "not settled yet",
  plannedOnly: "planned only",
  unreadable: "cannot be read",
  deploymentUnknown: "not known whether deployed",
  writeUnknown: "how its last write ended is not known",
  noStage: "no stage",
  noClientRoute: "clients send nothing here",
} as const;

export function linesDiffer(lines: number): string {
  return lines === 1 ? "1 line differs" : `${number(lines)} lines differ`;
}

export function waitForDeployment(changes: number): string {
  return changes === 1 ? "1 change waits for a deployment" : `${number(changes)} changes wait for a deployment`;
}

export const CONSEQUENCE = {
  still: (sequence: number) => `clients still get revision ${sequence}`,
  default: "clients get $default instead",
  error: "clients get an error",
  inAws: "clients get what is in AWS",
  nothing: "clients get nothing back",
} as const;

/** One sentence for each cause of a problem, and what to do now. */
export const PROBLEM = {
  refused: (key: string, route: string, isNew: boolean, now: Sentence) =>
    sentence`AWS refused ${isNew ? "" : "the new "}${code(key)} of ${code(route)}. ${now}`,
  refusedSome: (responses: number, api: string, now: Sentence) =>
    sentence`AWS refused ${count(responses, "response")} of ${code(api)}. ${now}`,
  still: (sequence: number): Sentence => [`Clients still get revision ${sequence}.`],
  getDefault: sentence`Clients get ${code("$default")} instead.`,
  getError: ["Clients get an error."],
  whoKnows: ["What clients get is not known."],
  rejected: (name: string, sequence: number, first: string | undefined, line: number | undefined, more: number) =>
    sentence`Revision ${sequence} of ${code(name)} is rejected${first === undefined ? "" : `: ${first}`}${line === undefined ? "" : ` at line ${line}`}${more === 0 ? "" : ` (+ ${number(more)} more)`}.`,
  stays: (sequence: number | undefined): Sentence =>
    sequence === undefined ? [" Nothing of it is live."] : [` Revision ${sequence} stays.`],
  unowned: (key: string, integration: string) =>
    sentence`${code(key)} of ${code(integration)} exists in AWS and no document owns it.`,
  owned: (key: string, integration: string) =>
    sentence`${code(key)} of ${code(integration)} belongs to another document.`,
  recreated: (key: string, integration: string) =>
    sentence`${code(key)} of ${code(integration)} was recreated by somebody else.`,
  tooManyDeletions: (name: string, sequence: number) =>
    sentence`Revision ${sequence} of ${code(name)} would delete too many responses. Nothing was changed.`,
  noEnd: (name: string, sequence: number) =>
    sentence`The run of revision ${sequence} of ${code(name)} ended without a result.`,
  failed: (name: string, sequence: number, reason: string) =>
    sentence`Revision ${sequence} of ${code(name)} failed: ${reason}`,
  waits: (responses: number, stage: string | undefined) =>
    stage === undefined
      ? sentence`${count(responses, "response")} ${responses === 1 ? "waits" : "wait"} for a deployment.`
      : sentence`${count(responses, "response")} ${responses === 1 ? "waits" : "wait"} for a deployment of ${code(stage)}.`,
  deployUnknown: (responses: number) =>
    sentence`Whether ${count(responses, "response")} ${responses === 1 ? "was" : "were"} deployed is not known.`,
  drifted: (key: string, route: string, isMissing: boolean) =>
    sentence`${code(key)} of ${code(route)} was ${isMissing ? "deleted" : "changed"} in AWS after it was applied.`,
  driftedSome: (responses: number, where: string) =>
    sentence`${count(responses, "response")} of ${code(where)} were changed in AWS after they were applied.`,
  noRouteResponse: (route: string) => sentence`Route ${code(route)} has no route response: clients get nothing back.`,
  notLive: (name: string) => sentence`${code(name)} is in the bucket and nothing of it is live.`,
  notApplied: (name: string, sequence: number) =>
    sentence`Revision ${sequence} of ${code(name)} is accepted and has no result yet.`,
  unpublished: (name: string) => sentence`A result of ${code(name)} is not published yet.`,
  unreadable: (api: string, responses: number) =>
    sentence`API ${code(api)} cannot be read: ${count(responses, "response")} ${responses === 1 ? "is" : "are"} not compared.`,
  gone: (api: string, responses: number) =>
    sentence`API ${code(api)} does not exist: ${count(responses, "response")} of its documents ${responses === 1 ? "is" : "are"} nowhere.`,
  noText: (name: string, responses: number, why: string) =>
    sentence`${count(responses, "response")} of ${code(name)} ${responses === 1 ? "is" : "are"} not compared: ${why}.`,
  assumed: (apis: number) =>
    sentence`${apis === 1 ? "1 API exists" : `${number(apis)} APIs exist`} only because dev assumes ${apis === 1 ? "it" : "them"}: their routes and stages are not checked.`,
  ignored: (key: string, why: string) => sentence`${code(key)} is ignored: ${why}.`,
  dropAgain: ["Drop it again:"] as Sentence,
  restore: ["Restore it, or change the document:"] as Sentence,
  redeploy: ["Drop it again, and it deploys:"] as Sentence,
  deployOnce: ["Deploy the stage:"] as Sentence,
  sayDeploy: sentence`Write ${code("Deploy:")} with a ${code("StageName")} in the document, and drop it again.`,
  allow: ["Allow it, or open the page as another role."] as Sentence,
  create: [
    "Create the API here with its routes and stage to have them checked. Or deploy to AWS: there they are real.",
  ] as Sentence,
} as const;

/** The h1, what it was, and the tab's title. */
export const VERDICT = {
  empty: ["Drop the first document"] as Sentence,
  wasEmpty: (at: string) => sentence`There were no documents at ${time(at)}`,
  notLive: (bad: number, all: number, unproven: number) =>
    sentence`${bad} of ${count(all, "response")} ${bad === 1 ? "is" : "are"} not live${unproven === 0 ? "" : `, ${number(unproven)} ${unproven === 1 ? "is" : "are"} unproven`}`,
  wasNotLive: (bad: number, all: number, at: string) =>
    sentence`${bad} of ${count(all, "response")} ${bad === 1 ? "was" : "were"} not live at ${time(at)}`,
  unproven: (live: number, all: number, unproven: number) =>
    sentence`${live} of ${count(all, "response")} ${live === 1 || all === 1 ? "is" : "are"} live, ${unproven} ${unproven === 1 ? "is" : "are"} unproven`,
  wasUnproven: (live: number, all: number, at: string) =>
    sentence`${live} of ${count(all, "response")} ${live === 1 || all === 1 ? "was" : "were"} live at ${time(at)}`,
  notApplied: (documents: number) =>
    sentence`${count(documents, "document")} ${documents === 1 ? "is" : "are"} not applied`,
  wasNotApplied: (documents: number, at: string) =>
    sentence`${count(documents, "document")} ${documents === 1 ? "was" : "were"} not applied at ${time(at)}`,
  suspended: (documents: number) =>
    sentence`Applying is suspended: ${count(documents, "document")} ${documents === 1 ? "waits" : "wait"}`,
  wasSuspended: (at: string) => sentence`Applying was suspended at ${time(at)}`,
  live: ["Everything is live"] as Sentence,
  wasLive: (at: string) => sentence`Everything was live at ${time(at)}`,
} as const;

/** The line below the verdict. */
export const SUMMARY = {
  emptyDev: [
    "specdrop is running and has no documents yet. Type this in another terminal, in the folder of the clone. This page updates by itself.",
  ] as Sentence,
  empty: (ledger: string) => sentence`The ledger ${code(ledger)} has no documents yet.`,
  problems: (problems: number, apis: Sentence, on: number, of: number) =>
    on === 0
      ? sentence`${count(problems, "problem")}.`
      : sentence`${count(problems, "problem")} on ${on} of ${count(of, "API")}: ${apis}.`,
  allLive: (responses: number, apis: number, documents: number) =>
    sentence`${count(responses, "response")} on ${count(apis, "API")} ${responses === 1 ? "is" : "are"} in AWS as ${documents === 1 ? "the document declares" : `their ${number(documents)} documents declare`}, and deployed.`,
  nothingWrong: (documents: number, apis: number) =>
    sentence`${count(documents, "document")} on ${count(apis, "API")}; no problem is known.`,
  compared: (at: string, isSnapshot: boolean, caller: string | undefined) =>
    sentence` Compared with AWS ${isSnapshot ? "on" : "at"} ${time(at)}${caller === undefined ? "" : `, as ${caller}`}.`,
  notAsked: [" AWS was not read."] as Sentence,
} as const;

export const BANNER = {
  suspended: (since: string, by: string, reason: string | undefined) =>
    sentence`Applying is suspended since ${time(since)} by ${by}${reason === undefined ? "" : `: ${reason}`}.`,
  held: (since: string, documents: number, responses: number) =>
    sentence`Withdrawals are held since ${time(since)}: ${count(documents, "document")} with ${count(responses, "response")} ${documents === 1 ? "waits" : "wait"} to be withdrawn.`,
  templates: ["This file contains template bodies."] as Sentence,
} as const;

export const WHO = {
  unknown: ["by whom is not known"] as Sentence,
  metadata: (actor: string | undefined, commit: string | undefined) =>
    commit === undefined
      ? sentence`by ${actor ?? "somebody"}`
      : sentence`by ${actor ?? "somebody"}, commit ${code(commit.slice(0, 7))}`,
  account: (account: string) => sentence`by account ${code(account)}`,
  service: (service: string) => sentence`by ${code(service)}`,
  event: (source: string, account: string) => sentence`event from ${code(source)}, account ${code(account)}`,
} as const;

/** How to begin with dev. */
export const START = {
  point: ["Point AWS clients at this machine"] as Sentence,
  drop: sentence`Drop a document into the bucket. Without the AWS CLI: ${code("npx specdrop submit examples/chat.yaml --bucket specs")}`,
  change: ["Change the file and drop it again to see the difference here. To withdraw it:"] as Sentence,
} as const;
