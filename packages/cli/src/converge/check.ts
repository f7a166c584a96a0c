import type { ResultDetail } from "@specdrop/events";
import {
  type DesiredResource,
  type Diagnostic,
  type ExpectationResult,
  formatPretty,
  parse,
  SPEC_LIMITS,
  START_OF_TEXT,
} from "@specdrop/spec";
import { reasonOf } from "../documents/explain-file-error.ts";
import { readSpecFile } from "../documents/spec-files.ts";
import { seePage } from "../pages/see.ts";
import { count } from "../terminal/count.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** What `validate` says of one file. */
export interface FileVerdict {
  readonly file: string;
  /** No errors. */
  readonly ok: boolean;
  /** How many resources it declares; 0 where it has errors. */
  readonly resources: number;
  readonly diagnostics: readonly Diagnostic[];
  /** How many problems there are beyond those listed. */
  readonly omitted?: number;
}

/** A verdict and the text it is about. */
export interface Checked {
  readonly text: Uint8Array;
  readonly verdict: FileVerdict;
  /** What it declares; nothing where it has errors. */
  readonly declared: readonly DesiredResource[];
  /** It is only to be planned. */
  readonly dryRun?: boolean;
  /** What came of its expectations. */
  readonly expectations: readonly ExpectationResult[];
}

/** Reads and parses one file, or `-`. */
export async function check(path: string): Promise<Checked> {
  return checkText(await readSpecFile(path, SPEC_LIMITS.bytes), path);
}

/** Parses a text that `path` is what it is called by. */
export function checkText(text: Uint8Array, path: string): Checked {
  const { document, diagnostics, omitted, expectations = [] } = parse(text, path);
  const verdict: FileVerdict = {
    file: path,
    ok: document !== undefined,
    resources: document?.resources.length ?? 0,
    diagnostics,
    ...(omitted === 0 ? {} : { omitted }),
  };
  const { resources: declared = [], dryRun = false } = document ?? {};
  return { text, verdict, declared, dryRun, expectations };
}

/** What stands left of a line in a frame, and its dots. */
const GUTTER = 10;
const LEAST_COLUMNS = 20;

/** What is said of a text. */
interface Said {
  readonly text: Uint8Array;
  readonly verdict: Pick<FileVerdict, "file" | "omitted"> & { readonly diagnostics: readonly Diagnostic<string>[] };
}

/** Each problem with its line of the text, as wide as the terminal is; ends in an empty line. */
export function formatFrames({ text, verdict }: Said, paint: Terminal["paint"], columns?: number): string {
  const { file, diagnostics, omitted = 0 } = verdict;
  const room = columns === undefined ? {} : { columns: Math.max(LEAST_COLUMNS, columns - GUTTER) };
  const sources = new Map([[file, new TextDecoder().decode(text)]]);
  const frames = formatPretty(diagnostics, sources, { color: paint, see: seePage, ...room });
  return omitted > 0 ? `${frames}\n${file}: ${count(omitted, "more problem")} not listed\n` : frames;
}

/** The errors that a result tells of, each with its line of the document that was read. */
export function formatErrors(
  { data }: ResultDetail,
  { text, verdict }: Pick<Checked, "text" | "verdict">,
  paint: Terminal["paint"],
  columns?: number,
): string {
  const errors = data.diagnostics.filter(({ severity }) => severity === "error");
  const diagnostics = errors.map((each) => ({ ...each, file: verdict.file }));
  return formatFrames({ text, verdict: { ...verdict, diagnostics, omitted: 0 } }, paint, columns);
}

/** What only a look at AWS could tell of a document that is fine: warnings, and a deployment that failed. */
export function formatLiveFindings(
  { data }: ResultDetail,
  { text, verdict }: Pick<Checked, "text" | "verdict">,
  paint: Terminal["paint"],
  columns?: number,
): string {
  const live = data.diagnostics.filter(({ code }) => code.startsWith("SD4") || code === "SD6005");
  const diagnostics = live.map((each) => ({ ...each, file: verdict.file }));
  return diagnostics.length === 0
    ? ""
    : formatFrames({ text, verdict: { ...verdict, diagnostics, omitted: 0 } }, paint, columns);
}

/** The same verdict with every warning an error. */
export function strictly(verdict: FileVerdict): FileVerdict {
  const diagnostics = verdict.diagnostics.map((each): Diagnostic => ({ ...each, severity: "error" }));
  return { ...verdict, ok: verdict.ok && diagnostics.length === 0, diagnostics };
}

/** The same; a file that cannot be read is that file's error. */
export async function checkEach(path: string): Promise<Checked> {
  try {
    return await check(path);
  } catch (error) {
    const why = path === "-" ? undefined : reasonOf(error);
    if (why === undefined) throw error;
    const diagnostic: Diagnostic = {
      code: "SD1021",
      severity: "error",
      message: `The file cannot be read: ${why.reason}`,
      file: path,
      range: START_OF_TEXT,
      pointer: "",
      help: why.advice,
    };
    const verdict = { file: path, ok: false, resources: 0, diagnostics: [diagnostic] };
    return { text: new Uint8Array(), verdict, declared: [], expectations: [] };
  }
}
