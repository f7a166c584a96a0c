import { TemplateSyntaxError, Unproven } from "../errors.ts";
import { render } from "../render.ts";
import { parse } from "../syntax/parse.ts";
import { type Backend, backendOf, type Given, payloadOf, type ResponseDefinition } from "./given.ts";
import { selectResponse } from "./select-response.ts";
import { type Selected, selectTemplate } from "./select-template.ts";
import { gradeOf, type Step } from "./step.ts";

/** What a client gets. */
export interface Frame {
  readonly text: string;
  /** UTF-8. */
  readonly bytes: number;
}

/** The whole way from a reply to the frame. */
export interface Preview {
  /** `proven`: every step is documented, observed or inferred. */
  readonly verdict: "proven" | "unproven";
  /** The logical id; `null` where it is not known. */
  readonly response: string | null;
  /** The template's key; `null` where there is none, or it is not known. */
  readonly template: string | null;
  /** `null` where there is no frame, or it is not known. */
  readonly frame: Frame | null;
  readonly steps: readonly Step[];
}

/** "Frame size: 32 KB" (API Gateway quotas); what becomes of a larger reply is not documented. */
export const MAX_FRAME_BYTES = 32_768;
const UNKNOWN = { grade: "unknown", source: "none" } as const;

/** Follows a reply through the responses of one integration. Never throws: what is not known is a step that says so. */
export function frameOf(responses: readonly ResponseDefinition[], given: Given): Preview {
  const steps: Step[] = [];
  const end = (known: Partial<Pick<Preview, "response" | "template" | "frame">> = {}): Preview => {
    const verdict = gradeOf(steps) === "unknown" ? "unproven" : "proven";
    const { response = null, template = null, frame = null } = known;
    return { verdict, response, template, frame: verdict === "proven" ? frame : null, steps };
  };
  let backend: ReturnType<typeof backendOf>;
  try {
    backend = backendOf(given);
  } catch (error) {
    steps.push({ step: "backend", rule: messageOf(error), input: "", output: "not known", ...UNKNOWN });
    return end();
  }
  const chosen = selectResponse(responses, backend, given.reply);
  steps.push(...chosen.steps);
  if (chosen.value === undefined) return end();
  const { logicalId: response } = chosen.value;
  const selected = selectTemplate(chosen.value, backend, given);
  steps.push(...selected.steps);
  if (selected.value === undefined) return end({ response });
  const { key: template } = selected.value;
  const silent = silentRoute(given.request?.routeKey);
  if (silent !== undefined) {
    steps.push(silent);
    return end({ response, template });
  }
  const payload = payloadOf(backend, given.reply);
  const text =
    selected.value.key === null
      ? passThrough(backend, payload, steps)
      : textOf(selected.value, given, steps, backend === "mock" ? undefined : payload);
  if (text === undefined) return end({ response, template });
  const frame = sendAs(text, chosen.value, steps);
  return end({ response, template, frame });
}

function messageOf(error: unknown): string {
  if (error instanceof Unproven || error instanceof TemplateSyntaxError) return error.message;
  throw error;
}

/** Two routes on which keys and templates are evaluated, and no frame is sent. */
function silentRoute(routeKey: string | undefined): Step | undefined {
  const base = { step: "frame", output: "no frame", input: routeKey ?? "" } as const;
  if (routeKey === "$connect") {
    return { ...base, rule: "On $connect no frame is sent.", grade: "observed", source: "LS-WS response_templates" };
  }
  if (routeKey !== "$disconnect") return undefined;
  const rule = "On $disconnect the connection is closed already.";
  return { ...base, rule, grade: "documented", source: "DG connect-disconnect" };
}

/** The reply as it is, where there is one. */
function passThrough(backend: Backend, payload: string, steps: Step[]): string | undefined {
  if (backend !== "mock" && payload !== "") return payload;
  const rule =
    backend === "mock"
      ? "A mock reply has no body; whether an empty frame is sent without a template is not known."
      : "Whether an empty reply is sent on as an empty frame is not known.";
  steps.push({ step: "frame", rule, input: "no template", output: "not known", ...UNKNOWN });
  return undefined;
}

/** What a template renders to; `body` is absent behind a mock integration. */
function textOf(
  selected: Selected & { readonly key: string },
  { request, context = {}, stageVariables }: Given,
  steps: Step[],
  body: string | undefined,
): string | undefined {
  const base = { step: "rendering", input: selected.key } as const;
  if (selected.template === "") {
    const rule = "AWS accepts an empty template; whether it sends nothing, an empty frame or the reply is not known.";
    steps.push({ ...base, rule, output: "not known", ...UNKNOWN });
    return undefined;
  }
  try {
    const routeKey = request?.routeKey === undefined ? {} : { routeKey: request.routeKey };
    const text = render(parse(selected.template), {
      context: { ...context, ...routeKey },
      ...(body === undefined ? {} : { body }),
      ...(stageVariables === undefined ? {} : { stageVariables }),
    });
    const rule = "The template is rendered as recordings of API Gateway show.";
    steps.push({ ...base, rule, output: text, grade: "inferred", source: "recordings, Velocity 1.7" });
    return text;
  } catch (error) {
    const isSyntax = error instanceof TemplateSyntaxError;
    const rule = isSyntax ? `The template cannot be parsed: ${messageOf(error)}` : messageOf(error);
    steps.push({ ...base, rule, output: "not known", ...UNKNOWN });
    return undefined;
  }
}

function sendAs(text: string, { ContentHandlingStrategy: strategy }: ResponseDefinition, steps: Step[]): Frame | null {
  const bytes = new TextEncoder().encode(text).length;
  const base = { step: "frame", input: `${bytes} bytes` } as const;
  const unknown = (rule: string) => {
    steps.push({ ...base, rule, output: "not known", ...UNKNOWN });
    return null;
  };
  if (strategy !== undefined && strategy !== "") return unknown(`What ${strategy} makes of a text is not known.`);
  if (text === "") return unknown("Whether AWS sends an empty frame is not known.");
  if (bytes > MAX_FRAME_BYTES)
    return unknown("A frame has at most 32 KB (32,768 bytes); what becomes of a larger one is not known.");
  const rule = "The text is the frame.";
  steps.push({ ...base, rule, output: text, grade: "documented", source: "DG integration-responses" });
  return { text, bytes };
}
