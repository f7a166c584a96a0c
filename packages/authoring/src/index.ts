import { IntegrationResponse } from "./integration-response.ts";

/** The resources a program can declare, by service. */
export const AWS = { ApiGatewayV2: { IntegrationResponse } } as const;

export default AWS;
export {
  ConflictError,
  DuplicateError,
  InvalidPropertiesError,
  NotAppliedError,
  OutsideRunError,
  SpecdropError,
} from "./errors.ts";
export type { ContentHandlingStrategy, IntegrationResponse, IntegrationResponseProps } from "./properties.ts";
