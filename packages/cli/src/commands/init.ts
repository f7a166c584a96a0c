import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { command, commandText } from "@specdrop/spec";
import { modelineOf } from "../export/modeline.ts";
import { ciFile } from "../init/ci-file.ts";
import { ciPlace } from "../init/ci-place.ts";
import { firstDocument, type Ids } from "../init/first-document.ts";
import type { Terminal } from "../terminal/terminal.ts";

const SPECS = "specs";
const DOCUMENT = `${SPECS}/chat.yaml`;
const CI_FILE = ".github/workflows/specdrop.yml";

/**
 * Writes a first document below `folder`, and a CI file at the root of its repository. What is there already is named and
 * kept.
 */
export async function init(folder: string, ids: Ids, terminal: Terminal): Promise<number> {
  const document = join(folder, DOCUMENT);
  // An id that cannot be one leaves nothing behind.
  firstDocument(ids, "");
  const place = await ciPlace(folder);
  const root = join(folder, place.root);
  const files: readonly (readonly [string, () => string])[] = [
    [document, () => firstDocument(ids, modelineOf(document))],
    [join(root, CI_FILE), () => ciFile(posix.join(place.folder, SPECS), place.project)],
  ];
  let hasDocument = false;
  for (const [file, text] of files) {
    await mkdir(dirname(file), { recursive: true });
    const isWritten = await writeNew(file, text());
    terminal.out(isWritten ? `wrote ${file}` : `kept ${file}, which already exists`);
    hasDocument ||= isWritten && file === document;
  }
  const specs = posix.join(place.project, place.folder, SPECS);
  if (!(await readFile(join(root, CI_FILE), "utf8")).includes(specs)) {
    terminal.out(`${join(root, CI_FILE)} does not name ${specs}: add it to its commands, or CI does not check it.`);
  }
  const project = join(root, place.project);
  if (!(await declaresSpecdrop(project)) && !(await declaresSpecdrop(folder))) {
    terminal.out(`Add specdrop to the devDependencies of ${join(project, "package.json")}: the CI file runs npm ci.`);
  }
  terminal.out(`Next: ${commandText(command`npx specdrop test ${join(folder, SPECS)}`)}`);
  if (hasDocument) terminal.out(`Then: ${afterwards(ids, document)}`);
  return 0;
}

function afterwards({ api, integration }: Ids, document: string): string {
  const open = [...(api === undefined ? ["ApiId"] : []), ...(integration === undefined ? ["IntegrationId"] : [])];
  const plan = commandText(command`npx specdrop plan ${document}`);
  return open.length === 0 ? plan : `replace ${open.join(" and ")} in ${document}, and run ${plan}`;
}

/** Returns whether there was no such file before. */
async function writeNew(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function declaresSpecdrop(folder: string): Promise<boolean> {
  try {
    const { name, dependencies, devDependencies } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    return name === "specdrop" || "specdrop" in { ...dependencies, ...devDependencies };
  } catch {
    return false;
  }
}
