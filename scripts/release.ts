/*
 * What a release takes from one place, the root's package.json: `npm version` has it cut the changelog, and the release
 * workflow has it print the notes of a tag.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cut, notesOf } from "./release/changelog.ts";

const CHANGELOG = new URL("../CHANGELOG.md", import.meta.url);
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const changelog = readFileSync(CHANGELOG, "utf8");

const [, , command, tag] = process.argv;
if (command === "cut") writeFileSync(CHANGELOG, cut(changelog, version, new Date().toISOString().slice(0, 10)));
else if (command === "notes") {
  if (tag !== `v${version}`) throw new Error(`The tag is ${tag}, and package.json has version ${version}`);
  process.stdout.write(`${notesOf(changelog, version)}\n`);
} else throw new Error("node scripts/release.ts cut, or notes TAG");
