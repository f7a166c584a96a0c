import { createCloudControl } from "@specdrop/local/cloud-control/cloud-control";
import type { State } from "@specdrop/local/cloud-control/state";

export const INTEGRATION_RESPONSE = "AWS::ApiGatewayV2::IntegrationResponse";
export const API = "AWS::ApiGatewayV2::Api";
export const INTEGRATION = "AWS::ApiGatewayV2::Integration";
export const ROUTE = "AWS::ApiGatewayV2::Route";
export const STAGE = "AWS::ApiGatewayV2::Stage";
export const DEPLOYMENT = "AWS::ApiGatewayV2::Deployment";

export const START = Date.UTC(2026, 10, 22);

/** A Cloud Control whose time only moves when it is told to. */
export function world(state?: State) {
  let time = START;
  let seed = 1;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const cloudControl = createCloudControl({ now: () => time, random, ...(state === undefined ? {} : { state }) });
  const pass = (milliseconds: number) => {
    time += milliseconds;
  };

  /** Lets an accepted request settle, and returns its final event. */
  function settled({ ProgressEvent: { RequestToken } }: { ProgressEvent: { RequestToken: string } }) {
    pass(cloudControl.faults().settleMs);
    return cloudControl.getResourceRequestStatus({ RequestToken }).ProgressEvent;
  }
  const create = (TypeName: string, desired: object, ClientToken?: string) =>
    cloudControl.createResource({ TypeName, DesiredState: JSON.stringify(desired), ClientToken });
  const update = (TypeName: string, Identifier: string, patch: unknown, ClientToken?: string) =>
    cloudControl.updateResource({ TypeName, Identifier, PatchDocument: JSON.stringify(patch), ClientToken });

  /** Creates, lets it settle, and returns the identifier. */
  function made(TypeName: string, desired: object): string {
    const { OperationStatus, Identifier = "", StatusMessage } = settled(create(TypeName, desired));
    if (OperationStatus !== "SUCCESS") throw new Error(StatusMessage);
    return Identifier;
  }
  function read(TypeName: string, Identifier: string): Record<string, unknown> {
    return JSON.parse(cloudControl.getResource({ TypeName, Identifier }).ResourceDescription.Properties);
  }
  return { cloudControl, pass, now: () => time, settled, create, update, made, read };
}

export const response = (more: object = {}) => ({
  ApiId: "abcdefghij",
  IntegrationId: "abc1234",
  IntegrationResponseKey: "$default",
  ...more,
});

/** The name of the exception that `call` throws, and its message. */
export function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  return "accepted";
}
