import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

export const MINISTACK = "ministack==1.5.33";

const run = promisify(execFile);
/** A virtual environment holds absolute paths, so it stays where it is made; `npm ci` throws it away. */
const ENVIRONMENT = path.join(import.meta.dirname, "../../node_modules/.cache/specdrop", MINISTACK.replace("==", "-"));

/**
 * The `ministack` command in a virtual environment, which is made when it is missing. Throws an Error that says what is
 * missing where there is no Python, or the package cannot be installed.
 */
export async function installMinistack(tell: (line: string) => void): Promise<string> {
  const command = path.join(ENVIRONMENT, "bin/ministack");
  if (existsSync(command)) return command;
  tell(`Installing ${MINISTACK} from PyPI…`);
  await mkdir(path.dirname(ENVIRONMENT), { recursive: true });
  await rm(ENVIRONMENT, { recursive: true, force: true });
  try {
    await run("python3", ["-m", "venv", ENVIRONMENT]);
  } catch (cause) {
    throw new Error("Python 3 with its venv module is missing. On Debian: apt-get install python3-venv", { cause });
  }
  try {
    await run(path.join(ENVIRONMENT, "bin/pip"), ["install", "--quiet", "--disable-pip-version-check", MINISTACK]);
  } catch (cause) {
    // Half an installation would pass for a whole one.
    await rename(ENVIRONMENT, `${ENVIRONMENT}.failed-${Date.now()}`).catch(() => {});
    throw new Error(`pip cannot install ${MINISTACK}: ${(cause as Error).message.split("\n")[0]}`, { cause });
  }
  return command;
}
