import { posix } from "node:path";
import { shellWord } from "@specdrop/spec";
import { stringify } from "yaml";

/**
 * A workflow of GitHub Actions that checks the documents of a folder, with the specdrop that the project has installed.
 * `folder` is relative to `project`, and that to the repository's root.
 */
export function ciFile(folder: string, project: string): string {
  return `# Checks the documents in ${posix.join(project, folder)}/ and runs their expectations, with the specdrop of package.json.
name: specdrop
on:
  push:
    branches: [main]
  pull_request:
permissions:
  contents: read
jobs:
  specs:
    runs-on: ubuntu-24.04
    timeout-minutes: 10
${workingDirectory(project)}    steps:
      - uses: actions/checkout@fbc6f3992d24b796d5a048ff273f7fcc4a7b6c09 # v5.1.0
      - uses: actions/setup-node@a0853c24544627f65ddf259abe73b1d18a591444 # v5.0.0
        with:
          node-version: 24
      - run: npm ci
      # --no: without it npm would download a package of this name if none is installed.
      - run: npm exec --no -- specdrop validate --format github ${shellWord(folder)}
      - run: npm exec --no -- specdrop test --format github ${shellWord(folder)}
`;
}

function workingDirectory(project: string): string {
  if (project === ".") return "";
  return `    defaults:
      run:
        working-directory: ${stringify(project, { lineWidth: 0 })}`;
}
