import { execFile } from "node:child_process";
import { userInfo } from "node:os";
import { basename, dirname } from "node:path";
import { promisify } from "node:util";
import type { Author, Origin, Way } from "@specdrop/ledger/history-entry";

/** Who is at work, and in CI which commit and job. */
export function authorHere(env: NodeJS.ProcessEnv = process.env): Omit<Author, "from"> {
  if (env["GITHUB_ACTIONS"] === "true") {
    const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
    const runUrl = server && repository && run ? `${server}/${repository}/actions/runs/${run}` : undefined;
    return defined({ actor: env["GITHUB_ACTOR"], commit: env["GITHUB_SHA"], runUrl });
  }
  if (env["GITLAB_CI"] === "true") {
    return defined({ actor: env["GITLAB_USER_LOGIN"], commit: env["CI_COMMIT_SHA"], runUrl: env["CI_JOB_URL"] });
  }
  return { actor: whoAmI() };
}

/** Likewise, with the commit that holds a file as it is; none where the file was changed since, or Git does not know it. */
export async function authorOf(path: string): Promise<Omit<Author, "from">> {
  const author = authorHere();
  const commit = author.commit ?? (await commitOf(path));
  return commit === undefined ? author : { ...author, commit };
}

/** Of a revision that this command line makes. */
export function originHere(way: Way): Origin {
  return { way, by: { from: "metadata", ...authorHere() } };
}

export function whoAmI(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without a name, as in some containers.
    return `user ${process.getuid?.() ?? "unknown"}`;
  }
}

const run = promisify(execFile);
const GIT_TIMEOUT_MS = 5_000;

async function commitOf(path: string): Promise<string | undefined> {
  const git = async (...args: string[]) =>
    (await run("git", args, { cwd: dirname(path), timeout: GIT_TIMEOUT_MS })).stdout.trim();
  try {
    await git("ls-files", "--error-unmatch", "--", basename(path));
    const changed = await git("status", "--porcelain", "--", basename(path));
    return changed === "" ? await git("rev-parse", "HEAD") : undefined;
  } catch {
    return undefined;
  }
}

function defined(author: { readonly [Name in keyof Author]?: string | undefined }): Omit<Author, "from"> {
  return Object.fromEntries(Object.entries(author).filter(([, value]) => value !== undefined && value !== ""));
}
