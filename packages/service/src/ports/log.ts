import type { Log } from "./ports.ts";

/** The same log, with fields that go with every line. */
export function logAbout(log: Log, about: Readonly<Record<string, unknown>>): Log {
  return {
    info: (message, fields) => log.info(message, { ...about, ...fields }),
    warn: (message, fields) => log.warn(message, { ...about, ...fields }),
    error: (message, fields) => log.error(message, { ...about, ...fields }),
  };
}
