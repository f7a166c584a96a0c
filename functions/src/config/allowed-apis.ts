import { type AllowedApis, parseAllowedApis } from "@specdrop/service/policy";

const VARIABLE = "SPECDROP_ALLOWED_APIS";

/** Which APIs documents may name, where the environment says so. Throws an Error that says what is wrong with it. */
export function readAllowedApis(env: Readonly<Record<string, string | undefined>>): {
  readonly allowedApis?: AllowedApis;
} {
  const text = env[VARIABLE];
  if (text === undefined) return {};
  try {
    return { allowedApis: parseAllowedApis(text) };
  } catch (cause) {
    throw new Error(`${VARIABLE} cannot be used: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
