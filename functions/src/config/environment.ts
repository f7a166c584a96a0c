const VARIABLES = {
  bucket: "SPECDROP_BUCKET",
  bus: "SPECDROP_BUS",
  queueUrl: "SPECDROP_QUEUE_URL",
  delayedQueueUrl: "SPECDROP_DELAYED_QUEUE_URL",
  table: "SPECDROP_TABLE",
  notificationsUrl: "SPECDROP_NOTIFICATIONS_URL",
} as const;

/** What the functions are told by their environment. */
export type Config = { readonly [Name in keyof typeof VARIABLES]: string };

/** Reads what a function needs. Throws an Error that names every variable that is missing or empty. */
export function readConfig<Name extends keyof Config>(
  env: Readonly<Record<string, string | undefined>>,
  names: readonly Name[],
): Pick<Config, Name> {
  const missing = names.map((name) => VARIABLES[name]).filter((variable) => !env[variable]);
  if (missing.length > 0) throw new Error(`Missing in the environment: ${missing.join(", ")}`);
  return Object.fromEntries(names.map((name) => [name, env[VARIABLES[name]]])) as Pick<Config, Name>;
}
