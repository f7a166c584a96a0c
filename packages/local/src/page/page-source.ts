import type { ApiState, ConsoleState, ResponseDetail, ResponseRef, TryDefinitions } from "@specdrop/console/state";

/** What the page shows, made when it is asked for. `undefined` is for what there is not. */
export interface PageSource {
  state(): Promise<ConsoleState>;
  api(apiId: string): Promise<ApiState | undefined>;
  response(ref: ResponseRef): Promise<ResponseDetail | undefined>;
  definitions(apiId: string, integrationId: string): Promise<TryDefinitions | undefined>;
}
