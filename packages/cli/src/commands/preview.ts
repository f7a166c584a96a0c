import {
  command,
  commandText,
  type Diagnostic,
  type PlacedResponse,
  parseForPreview,
  SPEC_LIMITS,
  visible,
} from "@specdrop/spec";
import { type Backend, frameOf, type Given, parse as parseTemplate, TemplateSyntaxError } from "@specdrop/template";
import { remarksOn } from "@specdrop/template/remarks";
import { formatFrames } from "../converge/check.ts";
import { assertFile, readSpecFile } from "../documents/spec-files.ts";
import { formatPreview } from "../preview/format.ts";
import { type GivenOptions, readGiven } from "../preview/read-given.ts";
import { Failure, wrongUsage } from "../terminal/failure.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface PreviewOptions extends GivenOptions {
  readonly integration?: string;
  readonly live?: boolean;
  readonly json?: boolean;
}

/** Shows what a client gets for a reply. Exit code 0, proven or unproven; 1 where no response can be read. */
export async function preview(path: string, options: PreviewOptions, terminal: Terminal): Promise<number> {
  const given = await readGiven(options, path);
  if (path !== "-") await assertFile(path);
  const text = await readSpecFile(path, SPEC_LIMITS.bytes);
  const { responses, backend, defaultIntegration, diagnostics } = parseForPreview(text, path);
  if (responses.length === 0) {
    const verdict = { file: path, ok: false, resources: 0, diagnostics };
    if (diagnostics.length > 0)
      terminal.note(formatFrames({ text, verdict }, terminal.paintNote, terminal.columns.note));
    throw new Failure(`${path} has no integration response that can be read`);
  }
  const chosen = chooseIntegration(responses, options.integration ?? defaultIntegration);
  const live = options.live ? await askAws(chosen, terminal) : undefined;
  const known: Backend | undefined = options.backend ?? live?.backend ?? backend;
  const asked: Given = known === undefined || given.backend !== undefined ? given : { ...given, backend: known };
  if (asked.reply.error !== undefined && asked.backend !== undefined && asked.backend !== "lambda") {
    const who = live?.backend === undefined ? `${path} says Backend: ${asked.backend}` : `AWS says ${asked.backend}`;
    throw wrongUsage(
      `--reply has an error, which only a Lambda function has, but ${who}; --backend lambda overrides that`,
    );
  }
  const shown = frameOf(chosen, asked);
  if (options.json) {
    terminal.json({ ...shown, diagnostics });
    return 0;
  }
  const [{ IntegrationId, ApiId }] = chosen;
  const kind = asked.backend ?? kindShownBy(asked);
  terminal.out(visible(`${path}: API ${ApiId}, integration ${IntegrationId} (${kind})`));
  terminal.out(formatPreview(shown, terminal.paint));
  const said = [
    ...ignored(asked),
    ...(live?.notes ?? []),
    ...warnings(chosen, shown, diagnostics),
    ...remarks(chosen, shown),
  ];
  for (const note of said) terminal.out(`  ${terminal.paint("yellow", "!")} ${visible(note)}`);
  if (!options.live) terminal.note("This assumes that the route is two-way; --live asks AWS.");
  terminal.note("Templates are rendered as recordings of REST APIs show; WebSocket APIs probably do the same.");
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0)
    terminal.note(`${path} has errors: ${commandText(command`npx specdrop validate ${path}`)} shows them.`);
  return 0;
}

function kindShownBy({ reply }: Given): string {
  if (reply.error !== undefined) return "lambda";
  return reply.status === undefined ? "the backend is not known" : "http";
}

type Chosen = readonly [PlacedResponse, ...PlacedResponse[]];

function chooseIntegration(responses: readonly PlacedResponse[], integration: string | undefined): Chosen {
  const ids = [...new Set(responses.map(({ IntegrationId }) => IntegrationId))];
  const wanted = integration ?? (ids.length === 1 ? ids[0] : undefined);
  if (wanted === undefined) {
    throw wrongUsage(
      `the document has responses of ${ids.length} integrations: choose one with --integration (${ids.join(", ")})`,
    );
  }
  const [first, ...others] = responses.filter(({ IntegrationId }) => IntegrationId === wanted);
  if (first === undefined)
    throw wrongUsage(`the document has no response of integration ${wanted}; it has ${ids.join(", ")}`);
  const rest = others.filter(({ ApiId }) => ApiId === first.ApiId);
  if (rest.length < others.length) throw wrongUsage(`integration ${wanted} stands on several APIs in the document`);
  return [first, ...rest];
}

async function askAws([{ ApiId, IntegrationId }]: Chosen, terminal: Terminal) {
  const [{ openControlPlane }, { liveBackend }] = await Promise.all([
    import("../aws/cloud-control.ts"),
    import("../preview/live-backend.ts"),
  ]);
  const { gateway, close } = await openControlPlane();
  try {
    terminal.progress(`asking AWS about integration ${visible(IntegrationId)}`);
    return await liveBackend(gateway, ApiId, IntegrationId);
  } finally {
    close();
  }
}

/** What API Gateway does not see of the reply. */
function ignored({ backend, reply }: Given): readonly string[] {
  return backend === "lambda" && reply.status !== undefined
    ? [
        "The status is not used: a Lambda function has no status for API Gateway. Write a failure as an error in the reply.",
      ]
    : [];
}

const OF_TEMPLATES = /^SD35[01]/;
const OF_KEYS = /^SD352/;

/** What checks of templates and keys say of the way that was gone: a key may be why another response was taken. */
function warnings(
  responses: Chosen,
  { response, template }: ReturnType<typeof frameOf>,
  diagnostics: readonly Diagnostic[],
): readonly string[] {
  const ids = new Set(responses.map(({ logicalId }) => logicalId));
  return diagnostics
    .filter(({ code, pointer }) => {
      const [, , id = "", , key] = pointer.split("/").map(unescapePointer);
      return OF_KEYS.test(code) ? ids.has(id) : OF_TEMPLATES.test(code) && id === response && key === template;
    })
    .map(({ code, message, range }) => `Line ${range.start.line}, ${code}: ${message}`);
}

function unescapePointer(part: string): string {
  return part.replaceAll("~1", "/").replaceAll("~0", "~");
}

function remarks(responses: Chosen, { response, template, frame }: ReturnType<typeof frameOf>): readonly string[] {
  const chosen = responses.find(({ logicalId }) => logicalId === response);
  const source = template === null ? undefined : chosen?.ResponseTemplates?.[template];
  if (source === undefined) return [];
  try {
    return remarksOn(parseTemplate(source), frame?.text);
  } catch (error) {
    if (error instanceof TemplateSyntaxError) return [];
    throw error;
  }
}
