import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { command, commandText, evaluateTemplate, parse, SPEC_LIMITS } from "@specdrop/spec";
import { formatFrames } from "../converge/check.ts";
import { commentsOf } from "../convert/comments.ts";
import { documentText } from "../convert/document-text.ts";
import { readSettings } from "../convert/settings.ts";
import { readStack, type StackTemplate } from "../convert/stack.ts";
import { refuseStrayNames } from "../convert/stray-names.ts";
import { assertFile, readSpecFile } from "../documents/spec-files.ts";
import { modelineOf } from "../export/modeline.ts";
import { count } from "../terminal/count.ts";
import { Failure, wrongUsage } from "../terminal/failure.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface ConvertOptions {
  readonly set: readonly string[];
  readonly stackOutputs: readonly string[];
  readonly adopt?: boolean;
  readonly output?: string;
}

/**
 * Makes a document of a CloudFormation template. Exit code 1 where something in it cannot be evaluated: stderr says what,
 * and nothing is written.
 */
export async function convert(path: string, options: ConvertOptions, terminal: Terminal): Promise<number> {
  checkPaths(path, options);
  const settings = readSettings(options.set);
  const text = await read(path);
  const stack = await readStacks(options.stackOutputs);
  const values = new Map([...stack.values, ...settings]);
  const { document, diagnostics, omitted, template } = evaluateTemplate(text, path, { values, outputs: stack.outputs });
  const verdict = { file: path, ok: document !== undefined, resources: 0, diagnostics, omitted };
  if (diagnostics.length > 0) terminal.note(formatFrames({ text, verdict }, terminal.paintNote));
  if (template !== undefined) refuseStrayNames([...settings.keys()], template);
  if (document === undefined) {
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    const isLackingValues = errors.some(({ code }) => code === "SD2101");
    throw new Failure(
      `${path} has ${count(errors.length, "error")}; it was not converted.${isLackingValues ? FROM_A_STACK : ""}`,
    );
  }
  if (template === undefined) throw new Failure(`${path} is already a spec document: there is nothing to convert.`);
  if (document.resources.length === 0) throw new Failure(`${path} has no AWS::ApiGatewayV2::IntegrationResponse.`);

  const resources = options.adopt ? document.resources.map((each) => ({ ...each, adopt: true })) : document.resources;
  const modeline = modelineOf(options.output ?? "chat.yaml");
  const converted = documentText(resources, commentsOf(new TextDecoder().decode(text)), modeline);
  if (parse(converted, "converted.yaml").document === undefined) {
    throw new Failure(`The document converted from ${path} would not be valid. Please report this, with the template.`);
  }
  if (options.output === undefined) terminal.document(converted.replace(/\n$/, ""));
  else await writeFile(options.output, converted);

  const others = template.resources.size - resources.length;
  const left = others === 0 ? "" : `; ${count(others, "resource")} of other types left out`;
  const file = options.output ?? "FILE";
  terminal.note(
    `${count(resources.length, "response")} converted${left}. Next: ${commandText(command`npx specdrop plan ${file}`)}`,
  );
  return 0;
}

const FROM_A_STACK =
  "\nA deployed stack has every id: aws cloudformation list-stack-resources --stack-name STACK > stack.json, then add --stack-outputs stack.json";

function checkPaths(path: string, { stackOutputs, output }: ConvertOptions): void {
  if ([path, ...stackOutputs].filter((each) => each === "-").length > 1) {
    throw wrongUsage("standard input can be read only once: give one -");
  }
  if (output !== undefined && [path, ...stackOutputs].some((each) => resolve(each) === resolve(output))) {
    throw wrongUsage(`--output ${output} is an input file: give another`);
  }
}

async function readStacks(paths: readonly string[]): Promise<StackTemplate> {
  const values = new Map<string, string>();
  const outputs = new Map<string, string>();
  for (const path of paths) {
    const stack = readStack(new TextDecoder().decode(await read(path)), path);
    for (const [name, value] of stack.values) values.set(name, value);
    for (const [key, value] of stack.outputs) outputs.set(key, value);
  }
  return { values, outputs };
}

async function read(path: string): Promise<Uint8Array> {
  if (path !== "-") await assertFile(path);
  return readSpecFile(path, SPEC_LIMITS.bytes);
}
