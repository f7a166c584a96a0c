const UNRELEASED = "## [Unreleased]";

/**
 * A changelog (Keep a Changelog) in which what was unreleased has a version and a date, as `2026-11-30`.
 *
 * @throws Error where nothing is unreleased, or the version has its section already
 */
export function cut(changelog: string, version: string, date: string): string {
  if (sectionOf(changelog, version) !== undefined) throw new Error(`CHANGELOG.md has a section ${version} already`);
  if (!sectionOf(changelog, "Unreleased")) throw new Error("CHANGELOG.md has nothing below Unreleased");
  return changelog.replace(UNRELEASED, `${UNRELEASED}\n\n## [${version}] - ${date}`);
}

/**
 * What a changelog says of a version, without its heading.
 *
 * @throws Error where it says nothing
 */
export function notesOf(changelog: string, version: string): string {
  const notes = sectionOf(changelog, version);
  if (!notes) throw new Error(`CHANGELOG.md says nothing of ${version}. npm version writes its section.`);
  return notes;
}

function sectionOf(changelog: string, name: string): string | undefined {
  const [, ...sections] = changelog.split(/^## /m);
  const section = sections.find((each) => each.startsWith(`[${name}]`));
  return section?.slice(section.indexOf("\n")).trim();
}
