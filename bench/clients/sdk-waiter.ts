import {
  CloudControlClient,
  CreateResourceCommand,
  DeleteResourceCommand,
  type ProgressEvent,
  UpdateResourceCommand,
  waitUntilResourceRequestSuccess,
} from "@aws-sdk/client-cloudcontrol";
import { order } from "./order.ts";

/** Likewise with the SDK's own waiter and its defaults. */
const { rounds } = await order<{ rounds: number }>();
const client = new CloudControlClient({});
const TypeName = "AWS::ApiGatewayV2::IntegrationResponse";

async function settled({ ProgressEvent: event }: { ProgressEvent?: ProgressEvent | undefined }): Promise<string> {
  const { RequestToken } = event ?? {};
  const { reason } = await waitUntilResourceRequestSuccess({ client, maxWaitTime: 300 }, { RequestToken });
  return (reason as { ProgressEvent: ProgressEvent }).ProgressEvent.Identifier ?? "";
}

for (let round = 0; round < rounds; round++) {
  const model = { ApiId: "api0000001", IntegrationId: "int0001", IntegrationResponseKey: "$default" };
  const Identifier = await settled(
    await client.send(new CreateResourceCommand({ TypeName, DesiredState: JSON.stringify(model) })),
  );
  const PatchDocument = '[{"op":"add","path":"/TemplateSelectionExpression","value":"200"}]';
  await settled(await client.send(new UpdateResourceCommand({ TypeName, Identifier, PatchDocument })));
  await settled(await client.send(new DeleteResourceCommand({ TypeName, Identifier })));
}
process.disconnect?.();
