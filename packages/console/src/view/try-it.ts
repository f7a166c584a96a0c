import type { Backend } from "@specdrop/template";
import type { VNode } from "preact";
import type { IntegrationState, TryDefinition, TryDefinitions } from "../state.ts";
import { evaluate, type TryFinding, type TryOutcome, type TryRow } from "../try/evaluate.ts";
import { linkOf, MOST_TYPED, type TryFields } from "../try/fields.ts";
import { backendOfType, readGiven } from "../try/given.ts";
import { pastedDefinitions } from "../try/pasted.ts";
import { samplesFor } from "../try/samples.ts";
import { previewCommand } from "../try/terminal.ts";
import { Glyph } from "./glyphs.ts";
import { html } from "./html.ts";
import { hrefOf } from "./links.ts";
import { CommandLine } from "./text.ts";
import type { PageAct, PageProps, PageUi } from "./ui.ts";

export interface TryProps extends PageProps {
  readonly apiId: string;
  readonly integration: IntegrationState;
  /** One column: in the inspector. */
  readonly isCompact?: boolean;
  /** The route that the message came by; the first that leads to the integration without it. */
  readonly route?: string;
}

/** Type what the backend replies, and see what a client gets. Everything happens in the page. */
export function TryIt(props: TryProps): VNode {
  const { apiId, integration, state, ui, act, isCompact = false } = props;
  const { tried } = ui;
  const { type, integrationId } = integration;
  const known = ui.definitions.get(JSON.stringify([apiId, integrationId]));
  // A file has no templates.
  const definitions = known ?? (state.where.kind === "dev" ? undefined : "absent");
  if (type?.endsWith("proxy"))
    return html`<p class="quiet">This integration is a proxy: its responses are never used.</p>`;
  if (definitions === undefined) return html`<p class="quiet">Reading…</p>`;
  const route = integration.routes.find(({ name }) => name === props.route) ?? integration.routes[0];
  const backend = backendOfType(type) ?? (tried.backend === "" ? undefined : tried.backend);
  const responses = responsesOf(definitions, tried, integrationId);
  const read = readGiven(tried, backend, route?.name);
  const [first] = integration.responses;
  const terminal = first && "given" in read ? previewCommand(first.documentId, integrationId, read.given) : undefined;
  const link = hrefOf({ kind: "try", apiId, route: route?.name ?? "", input: linkOf(tried) });
  return html`<div class=${isCompact ? "try compact" : "try"}>
    <form class="given" onSubmit=${(event: { preventDefault(): void }) => event.preventDefault()}>
      <${Reply} type=${type} backend=${backend} definitions=${"problem" in responses ? [] : responses} ui=${ui} act=${act} />
      <${Sent} ui=${ui} act=${act} />
      ${terminal !== undefined && html`<p class="field"><span>Repeat it in a terminal</span></p><${CommandLine} of=${"line" in terminal ? { text: terminal.line } : { refused: true }} ui=${ui} act=${act} label="the command that repeats it" />`}
      <button type="button" class="button" onClick=${() => act({ kind: "copy", text: link })}>${ui.copied === link ? "Copied" : "Copy a link with this input"}</button>
    </form>
    <div class="got">
      ${
        definitions === "absent"
          ? html`<${Area} name="pasted" label="The document, as JSON" ui=${ui} act=${act} /><p class="quiet">This page has no templates. Paste the document to try it; it stays in this page.</p>`
          : html`<${Sides} definitions=${definitions} ui=${ui} act=${act} />`
      }
      ${
        "problem" in responses
          ? html`<p class="quiet">${responses.problem}</p>`
          : html`<${Outcome} responses=${responses} backend=${backend} route=${route} stage=${integration.responses[0]?.stage.name} ui=${ui} act=${act} />`
      }
    </div>
  </div>`;
}

type Responses = readonly TryDefinition[] | { readonly problem: string };

function responsesOf(definitions: TryDefinitions | "absent", tried: TryFields, integrationId: string): Responses {
  if (definitions === "absent") {
    return tried.pasted.trim() === "" ? { problem: "" } : pastedDefinitions(tried.pasted, integrationId);
  }
  const side = definitions[tried.side];
  if (side.length > 0) return side;
  return { problem: tried.side === "live" ? "Nothing of it is live." : "No document declares a response of it." };
}

interface FieldProps {
  readonly name: keyof TryFields;
  readonly label: string;
  readonly ui: PageUi;
  readonly act: PageAct;
  readonly rows?: number;
}

type Typed = { readonly currentTarget: { readonly value: string } };

function Line({ name, label, ui, act }: FieldProps): VNode {
  const type = ({ currentTarget }: Typed) => act({ kind: "try", fields: { [name]: currentTarget.value } });
  return html`<label class=${`field f-${name}`}><span>${label}</span><input type="text" autocomplete="off" spellcheck="false" maxlength=${MOST_TYPED} value=${ui.tried[name]} onInput=${type} /></label>`;
}

function Area({ name, label, ui, act, rows = 6 }: FieldProps): VNode {
  const type = ({ currentTarget }: Typed) => act({ kind: "try", fields: { [name]: currentTarget.value } });
  return html`<label class=${`field f-${name}`}><span>${label}</span><textarea rows=${rows} spellcheck="false" maxlength=${MOST_TYPED} value=${ui.tried[name]} onInput=${type}></textarea></label>`;
}

const BACKENDS: readonly (readonly [TryFields["backend"], string])[] = [
  ["", "not known"],
  ["http", "HTTP"],
  ["lambda", "Lambda"],
  ["aws", "AWS"],
  ["mock", "MOCK"],
];

interface ReplyProps extends Pick<PageProps, "ui" | "act"> {
  readonly type: string | undefined;
  readonly backend: Backend | undefined;
  readonly definitions: readonly TryDefinition[];
}

function Reply({ type, backend, definitions, ui, act }: ReplyProps): VNode {
  const choose = ({ currentTarget }: Typed) =>
    act({ kind: "try", fields: { backend: currentTarget.value as TryFields["backend"] } });
  const outcome = (value: TryFields["outcome"], name: string) =>
    html`<label><input type="radio" name="outcome" value=${value} checked=${ui.tried.outcome === value} onChange=${() => act({ kind: "try", fields: { outcome: value } })} /> ${name}</label>`;
  return html`<fieldset>
    <legend>The backend replies</legend>
    ${backendOfType(type) === undefined && html`<label class="field"><span>What answers</span><select value=${ui.tried.backend} onChange=${choose}>${BACKENDS.map(([value, name]) => html`<option key=${value} value=${value} selected=${ui.tried.backend === value}>${name}</option>`)}</select></label>`}
    ${
      backend === "lambda"
        ? html`<div class="choice">${outcome("returned", "returned")}${outcome("threw", "threw")}</div>
        ${ui.tried.outcome === "returned" ? html`<${Area} name="body" label="What it returned" ui=${ui} act=${act} />` : html`<${Line} name="errorMessage" label="errorMessage" ui=${ui} act=${act} />`}`
        : html`<div class="pair"><${Line} name="status" label="Status" ui=${ui} act=${act} /><${Line} name="headers" label="Headers" ui=${ui} act=${act} /></div>
        ${backend !== "mock" && html`<${Area} name="body" label="Body" ui=${ui} act=${act} />`}`
    }
    <p class="samples"><span class="quiet">Fill in</span> ${samplesFor(definitions, backend).map(({ name, fields }) => html`<button key=${name} type="button" class="pill" onClick=${() => act({ kind: "try", fields })}>${name}</button>`)}</p>
  </fieldset>`;
}

function Sent({ ui, act }: Pick<PageProps, "ui" | "act">): VNode {
  return html`<fieldset>
    <legend>The client sent <small>used by $request.body and $context</small></legend>
    <${Area} name="request" label="Message" rows=${2} ui=${ui} act=${act} />
    <details><summary>$context and stage variables</summary>
      <${Area} name="context" label="Context values, as JSON" ui=${ui} act=${act} />
      <${Area} name="stageVariables" label="Stage variables, as JSON" rows=${2} ui=${ui} act=${act} />
    </details>
  </fieldset>`;
}

function Sides({
  definitions,
  ui,
  act,
}: Pick<PageProps, "ui" | "act"> & { readonly definitions: TryDefinitions }): VNode {
  const newest = (side: readonly TryDefinition[]) => {
    const sequences = side.flatMap(({ sequence }) => sequence ?? []);
    return sequences.length === 0 ? "" : `, revision ${Math.max(...sequences)}`;
  };
  const button = (side: TryFields["side"], name: string) =>
    html`<button type="button" aria-pressed=${ui.tried.side === side ? "true" : "false"} onClick=${() => act({ kind: "try", fields: { side } })}>${name}${newest(definitions[side])}</button>`;
  return html`<div class="sides" role="group" aria-label="Which responses">${button("live", "Live")}${button("declared", "Declared")}</div>`;
}

interface OutcomeProps extends Pick<PageProps, "ui" | "act"> {
  readonly responses: readonly TryDefinition[];
  readonly backend: Backend | undefined;
  readonly route: IntegrationState["routes"][number] | undefined;
  readonly stage: string | undefined;
}

function Outcome({ responses, backend, route, stage, ui, act }: OutcomeProps): VNode {
  const read = readGiven(ui.tried, backend, route?.name);
  if ("problem" in read)
    return html`<p class="finding s-unproven" role="alert"><b>${read.field}</b> ${read.problem}</p>`;
  const outcome = evaluate(responses, read.given, route, stage);
  return html`<div class="outcome">
    <ol class="box way-steps">${outcome.rows.map((row) => html`<${Row} key=${row.name} of=${row} />`)}</ol>
    <${Frame} outcome=${outcome} ui=${ui} act=${act} />
    ${outcome.findings.map((finding) => html`<${Finding} key=${`${finding.place} ${finding.text}`} of=${finding} />`)}
  </div>`;
}

function Row({ of: { name, state, said, more, grade } }: { readonly of: TryRow }): VNode {
  return html`<li>
    <${Glyph} of=${state} /><span class="quiet name">${name}</span>
    <div>${said.map((part) => (typeof part === "string" ? part : html`<code>${part.code}</code>`))}
      ${more.map((line) => html`<p class="quiet" key=${line}>${line}</p>`)}
    </div>
    <span class="quiet grade">${grade ?? "assumed"}</span>
  </li>`;
}

function Frame({
  outcome: { frame, instead },
  ui,
  act,
}: Pick<PageProps, "ui" | "act"> & { readonly outcome: TryOutcome }): VNode {
  if (frame === undefined) return html`<p class="frame box none"><b>${instead ?? ""}</b></p>`;
  const text = frame.parts.map((part) => part.text).join("");
  const isDotted = frame.parts.some(({ isSample }) => isSample);
  return html`<section class="frame box" aria-label="The frame">
    <div class="head"><${Glyph} of=${frame.isJson === false ? "warning" : "live"} /><b>The client gets this frame</b>
      ${frame.isJson === false && html`<span class="t-blocked">not JSON</span>`}
      <small>${frame.bytes.toLocaleString("en")} bytes of ${frame.most / 1_024} KB</small><span class="space"></span>
      <button type="button" class="link" aria-label=${`${ui.copied === text ? "Copied" : "Copy"} the frame`} onClick=${() => act({ kind: "copy", text })}>${ui.copied === text ? "Copied" : "Copy"}</button></div>
    <pre tabindex="0">${frame.parts.map(({ text: part, isSample }, index) => {
      const shown = part.split("\n").join("\n");
      return isSample ? html`<span class="sample" key=${index}>${shown}</span>` : shown;
    })}</pre>
    ${isDotted && html`<p class="quiet">Dotted: a sample value. AWS generates a new one for each message.</p>`}
  </section>`;
}

function Finding({ of: { place, text, help } }: { readonly of: TryFinding }): VNode {
  return html`<p class="finding">${place !== undefined && html`<b>${place}</b> `}${text}${help !== undefined && ` ${help}`}</p>`;
}
