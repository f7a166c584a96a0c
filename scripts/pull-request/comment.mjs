// Writes a text as the one comment of its kind on a pull request: a hidden marker finds it again. Node alone, no packages.
import { readFileSync } from "node:fs";

const MOST_CHARACTERS = 65_536;
const PAGES_AT_MOST = 50;

/** `{ api, repository, pull, token, id, body }`; resolves to what was done. */
export async function writeComment({ api, repository, pull, token, id, body }) {
  const marker = `<!-- specdrop plan ${id.replace(/[^\w./-]+/g, "_")} -->`;
  const text = `${marker}\n${body}`;
  if (text.length > MOST_CHARACTERS)
    throw new Error(`The comment has ${text.length} characters; GitHub takes ${MOST_CHARACTERS}`);
  const call = async (method, path, json) => {
    const reply = await fetch(`${api}${path}`, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${token}`,
        "x-github-api-version": "2022-11-28",
        "user-agent": "specdrop",
        ...(json === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      signal: AbortSignal.timeout(30_000),
    });
    if (!reply.ok)
      throw new Error(`GitHub answered ${reply.status} to ${method} ${path}: ${(await reply.text()).slice(0, 300)}`);
    return reply.status === 204 ? undefined : await reply.json();
  };
  const issue = `/repos/${repository}/issues/${pull}/comments`;
  for (let page = 1; page <= PAGES_AT_MOST; page += 1) {
    const comments = await call("GET", `${issue}?per_page=100&page=${page}`);
    // Others may quote the marker: only a bot's own comment begins with it.
    const ours = comments.find((each) => each.body?.startsWith(marker) && each.user?.type === "Bot");
    if (ours !== undefined) {
      if (ours.body === text) return "unchanged";
      await call("PATCH", `/repos/${repository}/issues/comments/${ours.id}`, { body: text });
      return "updated";
    }
    if (comments.length < 100) break;
  }
  await call("POST", issue, { body: text });
  return "created";
}

if (import.meta.main ?? process.argv[1] === import.meta.filename) {
  const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_EVENT_PATH, SPECDROP_TOKEN, SPECDROP_COMMENT_ID, SPECDROP_PLAN } =
    process.env;
  const event = JSON.parse(readFileSync(GITHUB_EVENT_PATH, "utf8"));
  const pull = event.pull_request?.number;
  if (pull === undefined) {
    console.log("No pull request: the plan stands in the job's summary only.");
  } else {
    try {
      const done = await writeComment({
        api: GITHUB_API_URL,
        repository: GITHUB_REPOSITORY,
        pull,
        token: SPECDROP_TOKEN,
        id: SPECDROP_COMMENT_ID,
        body: readFileSync(SPECDROP_PLAN, "utf8"),
      });
      console.log(`The comment was ${done}.`);
    } catch (error) {
      // A pull request from a fork may not write; the plan stands in the summary all the same.
      console.log(
        `::warning title=specdrop::The plan was not written as a comment: ${String(error.message).replaceAll("%", "%25").replaceAll("\n", "%0A").replaceAll("\r", "%0D")}`,
      );
    }
  }
}
