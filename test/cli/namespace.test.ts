import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { originIn, remotePath } from "../../packages/cli/src/ledger/namespace/git-config.ts";
import { originOf, repositoryOf } from "../../packages/cli/src/ledger/namespace/repository.ts";
import { emptyFolder } from "./run-cli.ts";

test.each([
  ["git@github.com:org/repo.git", "org/repo"],
  ["github.com:org/repo", "org/repo"],
  ["git@h:/org/repo.git/", "org/repo"],
  ["git@[::1]:org/repo", "org/repo"],
  ["https://github.com/org/repo.git", "org/repo"],
  ["https://user:token@h:8443/group/sub/repo.git/", "group/sub/repo"],
  ["http://h/org/repo", "org/repo"],
  ["ssh://git@h:2222/org/repo.git", "org/repo"],
  ["git://h/org/repo.git", "org/repo"],
  ["git+ssh://h/org/repo", "org/repo"],
  ["https://h/org/a%20b", "org/a b"],
  ["https://h/org/%zz", "org/%zz"],
  ["file:///srv/git/repo.git", "srv/git/repo"],
  ["/srv/git/repo.git", "srv/git/repo"],
  ["https://h/", undefined],
  ["https://h", undefined],
  ["git@h:", undefined],
  ["../repo.git", undefined],
  ["C:\\repos\\repo", undefined],
  ["http://[", undefined],
  ["", undefined],
])("the path of the remote %j is %j", (url, path) => {
  expect(remotePath(url)).toBe(path);
});

test.each([
  ['[remote "origin"]\n\turl = git@h:o/r.git\n', "git@h:o/r.git"],
  ['[core]\n url = no\n[remote "other"]\nurl = no\n[REMOTE "origin"]\n\tfetch = +refs\n\tURL=yes # a comment\n', "yes"],
  ['[remote "origin"]\r\n\turl = yes\r\n', "yes"],
  ['[remote "origin"] url = yes ; a comment', "yes"],
  ['[remote "origin"]\nurl = "a b#c" d\n', "a b#c d"],
  ['[remote "origin"]\nurl = a\\"b\n', 'a"b'],
  ['[remote "origin"]\nurl = https://h/\\\norg/r\n', "https://h/org/r"],
  ['[remote "origin"]\nurl =\nurl = second\n', "second"],
  ['[remote "Origin"]\nurl = no\n', undefined],
  ["[remote]\nurl = no\n", undefined],
  ['; [remote "origin"]\nurl = no\n', undefined],
  ["", undefined],
])("%j names the origin %j", (config, url) => {
  expect(originIn(config)).toBe(url);
});

test("no text makes the reader of configurations throw", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      (text) => void remotePath(originIn(`[remote "origin"]\nurl=${text}`) ?? text),
    ),
  );
});

function files(folder: string, contents: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(contents)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

const config = (name: string) => `[remote "origin"]\n\turl = git@h:org/${name}.git\n`;

test("a repository is found from files that are not there; a worktree has the configuration of its main one", async () => {
  const folder = emptyFolder();
  files(folder, {
    "main/.git/config": config("main"),
    "main/.git/worktrees/tree/commondir": "../..\n",
    "main/.git/modules/sub/config": config("sub"),
    "main/sub/.git": "gitdir: ../.git/modules/sub\n",
    "tree/.git": `gitdir: ${join(folder, "main/.git/worktrees/tree")}\n`,
    "odd/.git": "nonsense",
  });
  const found = async (path: string) => {
    const repository = await repositoryOf(join(folder, path));
    return repository && { root: repository.root.slice(folder.length), origin: await originOf(repository) };
  };
  expect(await found("main/deep/er/chat.yaml")).toEqual({ root: "/main", origin: "git@h:org/main.git" });
  expect(await found("main/sub/chat.yaml")).toEqual({ root: "/main/sub", origin: "git@h:org/sub.git" });
  expect(await found("tree/chat.yaml")).toEqual({ root: "/tree", origin: "git@h:org/main.git" });
  expect(await found("odd/chat.yaml")).toBeUndefined();
  files(folder, { "bare/.git/HEAD": "" });
  expect(await found("bare/chat.yaml")).toEqual({ root: "/bare", origin: undefined });
});
