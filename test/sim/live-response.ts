import type { IntegrationResponseName } from "@specdrop/engine";
import type { Properties } from "./content.ts";

/** A response as it is, whatever reads may show of it yet. */
export interface LiveResponse {
  readonly identifier: string;
  readonly key: string;
  readonly place: IntegrationResponseName;
  readonly properties: Properties;
}
