/**
 * All that the page shows, as plain JSON data. The model makes it of the ledger, a survey of AWS, drift and events; the view
 * renders it and decides nothing. It holds names, counts and sentences. It holds no template body and no header value:
 * those are in a `ResponseDetail`, which dev sends on demand and a file has only with `--with-templates`.
 *
 * Times are ISO 8601 in UTC. An absent property means that nothing is known, or that there is nothing to say.
 */

/** How a response stands, the worst first. `live` needs evidence; whatever was not looked at is `unproven`. */
export const STATES = ["failed", "blocked", "drifted", "pending", "unproven", "live"] as const;

/** The six words, as the legend has them. Here, since the browser takes nothing else of words.ts. */
export const STATE_WORDS = {
  failed: "failed",
  blocked: "blocked",
  drifted: "drifted",
  pending: "pending deployment",
  unproven: "unproven",
  live: "live",
} as const;
export type ResponseStanding = (typeof STATES)[number];

/** How many responses are in each state. The sum is what documents own, and what they declare that is missing. */
export type StateCounts = Readonly<Record<ResponseStanding, number>>;

/** A piece of a sentence. `code` is a name or key, in the monospaced font. `time` is shown as the reader's clock has it. */
export type TextSpan = string | CodeSpan | TimeSpan;

export interface CodeSpan {
  readonly code: string;
}

export interface TimeSpan {
  readonly time: string;
}

/** One or more sentences, or a part of one. The view escapes each piece; spaces stand in the text. */
export type Sentence = readonly TextSpan[];

/** Shell code to copy. Where a name cannot be quoted safely there is none, and the view says so. */
export type Command = { readonly text: string } | { readonly refused: true };

/** A whole page. */
export interface ConsoleState {
  /** Changes whenever anything else here does; opaque. The stream tells it, and state.json has it as its ETag. */
  readonly version: string;
  /** When this was made. */
  readonly at: string;
  readonly where: Where;
  readonly verdict: PageVerdict;
  readonly counts: StateCounts;
  readonly banners: readonly Banner[];
  /** One per cause, the worst first, then the newest. */
  readonly problems: readonly PageProblem[];
  /** Those with problems first, then by name. */
  readonly apis: readonly ApiState[];
  /** By id. Those that are withdrawn are not among them. */
  readonly documents: readonly DocumentState[];
  readonly withdrawn: readonly WithdrawnDocument[];
  readonly activity: Activity;
  /** How to begin; only where there are no documents. */
  readonly start?: readonly StartStep[];
  /** Bodies of what differs; only in a file that was written with them. */
  readonly details?: readonly ResponseDetail[];
}

/** What the page is about: the top bar. */
export interface Where {
  /** `dev` is watched live, a `snapshot` is a file. */
  readonly kind: "dev" | "snapshot";
  /** `dev`, or the stage or name of the ledger. */
  readonly name: string;
  /** `127.0.0.1:4566`; of dev. */
  readonly address?: string;
  readonly accountId?: string;
  readonly region?: string;
  /** `role/ReadOnly`: as whom AWS was asked. */
  readonly caller?: string;
  /** `dynamodb:TABLE`, or a file's path below the working folder. */
  readonly ledger: string;
  /** When the last comparison with AWS ended; absent where AWS was not read. */
  readonly comparedAt?: string;
}

/** Is everything live? */
export interface PageVerdict {
  readonly kind: "empty" | "notLive" | "unproven" | "notApplied" | "suspended" | "live";
  /** Which glyph stands beside it; absent where there are no documents. */
  readonly state?: ResponseStanding;
  /** The h1: `6 of 42 responses are not live`. */
  readonly headline: Sentence;
  /** The h1 once the page is disconnected, or older than a day: `Everything was live at 14:32:08`. */
  readonly past: Sentence;
  /** The line below: problems, APIs and when AWS was compared. */
  readonly line: Sentence;
  /** `● 6 not live`, without the rest of the tab's title. */
  readonly title: string;
}

/** Something that is true of the whole page. */
export interface Banner {
  readonly kind: "suspended" | "held" | "templates";
  readonly sentence: Sentence;
  readonly command?: Command;
}

/** Names one response: what `#/response/API/INTEGRATION/KEY` links to. */
export interface ResponseRef {
  readonly apiId: string;
  readonly integrationId: string;
  readonly key: string;
}

/** One cause, with all that follows from it. */
export interface PageProblem {
  /** Stays the same while the cause does: an update keeps what is selected. */
  readonly id: string;
  readonly state: Exclude<ResponseStanding, "live">;
  /** A diagnostic's code, or AWS's. */
  readonly code?: string;
  readonly sentence: Sentence;
  /** `chat · messageRefused; messageSent waits for it · s3://specs/chat.yaml revision 8, line 24`. */
  readonly where: Sentence;
  readonly next?: Sentence;
  readonly command?: Command;
  /** When it came, and how it is said: `ago` for what happened, `since` for what lasts. Absent where nobody knows. */
  readonly since?: { readonly time: string; readonly kind: "ago" | "since" };
  readonly apiId?: string;
  readonly documentId?: string;
  /** The first is what selecting the problem opens. */
  readonly responses: readonly ResponseRef[];
}

/** One API. */
export interface ApiState {
  readonly apiId: string;
  /** Its name, else its id. */
  readonly name: string;
  /** The worst of its responses. */
  readonly state: ResponseStanding;
  readonly counts: StateCounts;
  /** `14 pending`, `not compared`, `live`: what the row says. */
  readonly summary: string;
  /** The ids of its documents. */
  readonly documentIds: readonly string[];
  /** `stage prod, deployed 13:58:14`. */
  readonly stageLine?: Sentence;
  /**
   * The way of a message. Absent where the state carries counts only: `api.json?id=` has the rest of an API that is all live.
   * A file has them all.
   */
  readonly integrations?: readonly IntegrationState[];
}

/** One step on the way of a message, for its own part only. The response key's cell carries the verdict of the response. */
export interface Cell {
  readonly state: ResponseStanding;
  /** `live`, `as declared`, `refused by AWS`, `nothing goes back to the client`. */
  readonly words: string;
  /** It is the cause: it is tinted. Of consequences only the text has a colour. */
  readonly isCause?: true;
  /** What may go wrong (a risk of `specdrop doctor`): a warning triangle with this text. It changes no count. */
  readonly warning?: string;
}

/** One integration, with the routes that lead to it and the responses it has. */
export interface IntegrationState {
  readonly integrationId: string;
  /** `HTTP`, `Lambda`, `AWS`, `MOCK`, `HTTP proxy`, `Lambda proxy`. */
  readonly type?: string;
  readonly cell: Cell;
  /** At least one: where none leads here, or routes are not known, one with the routeId `""` says so. */
  readonly routes: readonly RouteState[];
  /** By document and key. */
  readonly responses: readonly ResponseState[];
}

/** A route and the way back from it. */
export interface RouteState {
  readonly routeId: string;
  readonly name: string;
  readonly cell: Cell;
  /** What stands in the route response column: `$default`, or `none`. */
  readonly routeResponse: { readonly key: string; readonly cell: Cell };
}

/** One response: a row. */
export interface ResponseState {
  readonly key: string;
  readonly logicalId: string;
  /** Its verdict: its state and words stand in the response key column. */
  readonly cell: Cell;
  /** Takes the place of the word, not of the count: a run is at it, or applying is suspended. */
  readonly overlay?:
    | { readonly kind: "applying"; readonly ended: number; readonly total: number }
    | { readonly kind: "suspended" };
  /** What clients get meanwhile: `clients still get revision 7`. */
  readonly consequence?: string;
  readonly template: {
    /** Template keys, `$default`; several with a comma. */
    readonly name: string;
    readonly cell: Cell;
  };
  readonly stage: { readonly name: string; readonly cell: Cell };
  readonly documentId: string;
  /** The revision in force. */
  readonly sequence: number;
  /** The last revision that clients get; absent where none is known. */
  readonly liveSequence?: number;
  /** When that went live. */
  readonly liveAt?: string;
  /** Why the last change of it failed. */
  readonly error?: { readonly code: string; readonly message: string };
  /** What differs between live and declared, without values. */
  readonly differences?: readonly PropertyDifference[];
}

/** `ResponseTemplates, application/json: 2 added, 1 removed`. */
export interface PropertyDifference {
  readonly property: string;
  /** The entry of a map: a content type or a header. */
  readonly entry?: string;
  /** Lines. */
  readonly added: number;
  readonly removed: number;
}

/** A document in force, or one that was only ever rejected. */
export interface DocumentState {
  readonly documentId: string;
  /** The last part of its key. */
  readonly name: string;
  /** The worst of its responses; `failed` where it owns none and is not applied. */
  readonly state: ResponseStanding;
  /** The revision in force; absent where none was ever accepted. */
  readonly sequence?: number;
  /** A newer one that was rejected. */
  readonly rejectedSequence?: number;
  /** `14:31:52 by ada, commit 4f2c91e`. */
  readonly dropped: Sentence;
  readonly apiIds: readonly string[];
  /** Its revisions, the newest first. Absent where the state carries none: `response.json` has them. */
  readonly history?: readonly RevisionState[];
}

export interface RevisionState {
  readonly sequence: number;
  readonly at: string;
  readonly state: ResponseStanding;
  /** `applied`, `unchanged`, `failed`, `rejected`, `overtaken`, `withdrawn`, `planned only`, `not settled`. */
  readonly outcome: string;
  /** `by ada, commit 4f2c91e`; `by whom is not known`. */
  readonly who: Sentence;
  /** `2 updated, 1 created`. */
  readonly summary: string;
  readonly runUrl?: string;
}

export interface WithdrawnDocument {
  readonly documentId: string;
  readonly name: string;
  readonly at: string;
  readonly who: Sentence;
}

/** What happened, the newest first. */
export interface Activity {
  /** `31 since 09:12`, or `last result of each document`. */
  readonly scope: Sentence;
  readonly entries: readonly ActivityEntry[];
}

/** One operation: a revision of a document, or drift that was found. */
export interface ActivityEntry {
  /** The operation's id. */
  readonly id: string;
  readonly documentId: string;
  readonly name: string;
  readonly sequence: number;
  readonly state: ResponseStanding;
  /** `applied`, `failed`, `drifted`; what stands after the revision. Empty while a run goes on. */
  readonly outcome: string;
  readonly at: string;
  /** `dropped by ada, commit 4f2c91e · 2 updated`. */
  readonly line: Sentence;
  readonly runUrl?: string;
  readonly apiIds: readonly string[];
  /** Dropped, Planned, Applied, Deployed, Slack. Only of the newest and of those that failed. */
  readonly steps?: readonly ActivityStep[];
}

export interface ActivityStep {
  readonly name: "Dropped" | "Planned" | "Applied" | "Deployed" | "Slack" | "Since";
  /** `none` has a dash: nothing was done, or it is not recorded. Never a check without a source. */
  readonly state: ResponseStanding | "none";
  /** `2 to update`, `1 of 2`, `skipped`, `prod`, `#chat`, `not recorded`. */
  readonly fact: Sentence;
}

/** A step of the page for those who have no document yet. */
export interface StartStep {
  readonly sentence: Sentence;
  readonly command: Command;
}

/** `response.json`: one response with its values, for the inspector and Try it. */
export interface ResponseDetail extends ResponseRef {
  readonly differences: readonly ValueDifference[];
  /** Of its document, the newest first. */
  readonly history: readonly RevisionState[];
}

/** One text that differs: a property's own, or that of one entry of a map. */
export interface ValueDifference {
  readonly property: string;
  readonly entry?: string;
  /** Line by line, with numbers; a short text is one line removed and one added. */
  readonly lines: readonly NumberedLine[];
}

export interface NumberedLine {
  readonly kind: "added" | "removed" | "kept" | "gap";
  readonly text: string;
  /** Its number in what is live, and in what is declared; of a gap neither. */
  readonly before?: number;
  readonly after?: number;
}

/** What Try it evaluates: the responses of one integration, on both sides, as `packages/template` takes them. */
export interface TryDefinitions {
  readonly apiId: string;
  readonly integrationId: string;
  readonly type?: string;
  readonly live: readonly TryDefinition[];
  readonly declared: readonly TryDefinition[];
}

/** A `ResponseDefinition` of packages/template. */
export interface TryDefinition {
  readonly logicalId: string;
  readonly IntegrationResponseKey: string;
  readonly TemplateSelectionExpression?: string;
  readonly ResponseTemplates?: Readonly<Record<string, string>>;
  readonly ContentHandlingStrategy?: string;
  /** The revision that has it; of a live one, the last that went live. */
  readonly sequence?: number;
}

/** How a page is written. `script` is the browser's bundle; a page without one works, but for filter, Try it and updates. */
export interface ConsolePageOptions {
  readonly script?: string;
}

/** `packages/console/src/view`: one whole HTML document, with styles, script and state inline. */
export type RenderPage = (state: ConsoleState, options: ConsolePageOptions) => string;
