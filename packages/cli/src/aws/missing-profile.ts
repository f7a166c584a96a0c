import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const MOST_NAMED = 5;

/** What to say where AWS_PROFILE names a profile that neither of AWS's files has; undefined where it has one. */
export function missingProfile(env: NodeJS.ProcessEnv): string | undefined {
  const { AWS_PROFILE: profile } = env;
  if (profile === undefined || profile === "") return undefined;
  const files = [
    env["AWS_CONFIG_FILE"] ?? join(homedir(), ".aws", "config"),
    env["AWS_SHARED_CREDENTIALS_FILE"] ?? join(homedir(), ".aws", "credentials"),
  ];
  const names = new Set(files.flatMap(profilesIn));
  if (names.has(profile)) return undefined;
  const known = [...names].toSorted();
  const others =
    known.length === 0
      ? "Neither has a profile. Create one: aws configure --profile NAME."
      : `Set AWS_PROFILE to one of these: ${known.slice(0, MOST_NAMED).join(", ")}${known.length > MOST_NAMED ? ", …" : ""}.`;
  return `there is no AWS profile ${JSON.stringify(profile)} in ${files.join(" or ")}. ${others}`;
}

/** `[profile dev]` and `[default]` of the config file, `[dev]` of the credentials file. */
function profilesIn(path: string): readonly string[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return [];
  }
  return [...text.matchAll(/^[ \t]*\[[ \t]*(?:profile[ \t]+)?["']?([^\]"'\s]+)["']?[ \t]*\]/gm)].flatMap(
    ([, name]) => name ?? [],
  );
}
