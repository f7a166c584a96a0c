import type { CloudControlApi, ProgressEvent } from "@specdrop/aws/cloud-control/api";
import type { IntegrationRef } from "@specdrop/engine";

/** A WebSocket API with two integrations, made through Cloud Control itself; `missing` is a third that was not. */
export async function makeIntegrations(
  api: Pick<CloudControlApi, "create" | "status">,
): Promise<{ integration: IntegrationRef; sibling: IntegrationRef; missing: IntegrationRef }> {
  let tokens = 0;
  const create = async (type: string, model: object): Promise<string> => {
    tokens += 1;
    let event: ProgressEvent = await api.create({
      TypeName: `AWS::ApiGatewayV2::${type}`,
      DesiredState: JSON.stringify(model),
      ClientToken: `set-up-${tokens}`,
    });
    while (event.OperationStatus === "IN_PROGRESS")
      event = await api.status({ RequestToken: event.RequestToken ?? "" });
    if (event.OperationStatus !== "SUCCESS") throw new Error(`${type}: ${event.StatusMessage}`);
    return event.Identifier ?? "";
  };
  const ApiId = await create("Api", {
    Name: "chat",
    ProtocolType: "WEBSOCKET",
    RouteSelectionExpression: "$request.body.action",
  });
  const integration = async (): Promise<IntegrationRef> => {
    const identifier = await create("Integration", { ApiId, IntegrationType: "MOCK" });
    return { ApiId, IntegrationId: identifier.split("|")[1] ?? "" };
  };
  return {
    integration: await integration(),
    sibling: await integration(),
    missing: { ApiId, IntegrationId: "missing" },
  };
}
