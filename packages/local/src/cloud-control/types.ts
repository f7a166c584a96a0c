/** What a property may hold. `object` is any JSON object. */
export type TypeShape =
  | "string"
  | "integer"
  | "number"
  | "boolean"
  | "object"
  | { readonly listOf: TypeShape }
  | { readonly mapOf: TypeShape }
  | { readonly fields: Readonly<Record<string, TypeShape>>; readonly required?: readonly string[] };

/** The facts of one resource type's CloudFormation registry schema, and what API Gateway itself keeps unique. */
export interface EmulatedType {
  readonly typeName: string;
  readonly properties: Readonly<Record<string, TypeShape>>;
  readonly required: readonly string[];
  readonly createOnly: readonly string[];
  readonly readOnly: readonly string[];
  readonly writeOnly: readonly string[];
  /** In the order Cloud Control joins them with `|`. */
  readonly primaryIdentifier: readonly string[];
  /** What a list request's ResourceModel must hold. */
  readonly listRequires: readonly string[];
  /** The last part of the identifier, where AWS makes it up. */
  readonly generates?: { readonly property: string; readonly length: number };
  /** At most one resource may have the same values of these. */
  readonly unique?: readonly string[];
  /** What it hangs below, outermost first. */
  readonly parents: readonly string[];
}

const API = "AWS::ApiGatewayV2::Api";
const DEPLOYMENT = "AWS::ApiGatewayV2::Deployment";
const INTEGRATION = "AWS::ApiGatewayV2::Integration";
const INTEGRATION_RESPONSE = "AWS::ApiGatewayV2::IntegrationResponse";
const MODEL = "AWS::ApiGatewayV2::Model";
const ROUTE = "AWS::ApiGatewayV2::Route";
const ROUTE_RESPONSE = "AWS::ApiGatewayV2::RouteResponse";
const STAGE = "AWS::ApiGatewayV2::Stage";

const strings: TypeShape = { listOf: "string" };
const stringMap: TypeShape = { mapOf: "string" };
const parameterConstraints: TypeShape = { fields: { Required: "boolean" }, required: ["Required"] };
const routeSettings: TypeShape = {
  fields: {
    LoggingLevel: "string",
    DataTraceEnabled: "boolean",
    ThrottlingBurstLimit: "integer",
    DetailedMetricsEnabled: "boolean",
    ThrottlingRateLimit: "number",
  },
};

/** The types the emulator knows, by name. */
export const RESOURCE_TYPES: Readonly<Record<string, EmulatedType>> = {
  [API]: {
    typeName: API,
    properties: {
      ApiEndpoint: "string",
      ApiId: "string",
      ApiKeySelectionExpression: "string",
      BasePath: "string",
      Body: "object",
      BodyS3Location: { fields: { Etag: "string", Bucket: "string", Version: "string", Key: "string" } },
      CorsConfiguration: {
        fields: {
          AllowOrigins: strings,
          AllowCredentials: "boolean",
          ExposeHeaders: strings,
          AllowHeaders: strings,
          MaxAge: "integer",
          AllowMethods: strings,
        },
      },
      CredentialsArn: "string",
      Description: "string",
      DisableExecuteApiEndpoint: "boolean",
      DisableSchemaValidation: "boolean",
      FailOnWarnings: "boolean",
      IpAddressType: "string",
      Name: "string",
      ProtocolType: "string",
      RouteKey: "string",
      RouteSelectionExpression: "string",
      Tags: stringMap,
      Target: "string",
      Version: "string",
    },
    required: [],
    createOnly: ["ProtocolType"],
    readOnly: ["ApiId", "ApiEndpoint"],
    writeOnly: [
      "Body",
      "BasePath",
      "BodyS3Location",
      "CredentialsArn",
      "FailOnWarnings",
      "RouteKey",
      "Target",
      "DisableSchemaValidation",
    ],
    primaryIdentifier: ["ApiId"],
    listRequires: [],
    generates: { property: "ApiId", length: 10 },
    parents: [],
  },
  [DEPLOYMENT]: {
    typeName: DEPLOYMENT,
    properties: { ApiId: "string", DeploymentId: "string", Description: "string", StageName: "string" },
    required: ["ApiId"],
    createOnly: ["ApiId"],
    readOnly: ["DeploymentId"],
    writeOnly: ["StageName"],
    primaryIdentifier: ["ApiId", "DeploymentId"],
    listRequires: ["ApiId"],
    generates: { property: "DeploymentId", length: 6 },
    parents: [API],
  },
  [INTEGRATION]: {
    typeName: INTEGRATION,
    properties: {
      ApiId: "string",
      ConnectionId: "string",
      ConnectionType: "string",
      ContentHandlingStrategy: "string",
      CredentialsArn: "string",
      Description: "string",
      IntegrationId: "string",
      IntegrationMethod: "string",
      IntegrationSubtype: "string",
      IntegrationType: "string",
      IntegrationUri: "string",
      PassthroughBehavior: "string",
      PayloadFormatVersion: "string",
      RequestParameters: stringMap,
      RequestTemplates: stringMap,
      ResponseParameters: {
        mapOf: {
          fields: { ResponseParameters: { listOf: { fields: { Destination: "string", Source: "string" } } } },
        },
      },
      TemplateSelectionExpression: "string",
      TimeoutInMillis: "integer",
      TlsConfig: { fields: { ServerNameToVerify: "string" } },
    },
    required: ["ApiId", "IntegrationType"],
    createOnly: ["ApiId"],
    readOnly: ["IntegrationId"],
    writeOnly: [],
    primaryIdentifier: ["ApiId", "IntegrationId"],
    listRequires: ["ApiId"],
    generates: { property: "IntegrationId", length: 7 },
    parents: [API],
  },
  [INTEGRATION_RESPONSE]: {
    typeName: INTEGRATION_RESPONSE,
    properties: {
      ApiId: "string",
      ContentHandlingStrategy: "string",
      IntegrationId: "string",
      IntegrationResponseId: "string",
      IntegrationResponseKey: "string",
      ResponseParameters: "object",
      ResponseTemplates: "object",
      TemplateSelectionExpression: "string",
    },
    required: ["ApiId", "IntegrationId", "IntegrationResponseKey"],
    createOnly: ["ApiId", "IntegrationId"],
    readOnly: ["IntegrationResponseId"],
    writeOnly: [],
    primaryIdentifier: ["ApiId", "IntegrationId", "IntegrationResponseId"],
    // The schema has no list handler schema; the API behind it cannot do without either.
    listRequires: ["ApiId", "IntegrationId"],
    generates: { property: "IntegrationResponseId", length: 7 },
    unique: ["ApiId", "IntegrationId", "IntegrationResponseKey"],
    parents: [API, INTEGRATION],
  },
  [MODEL]: {
    typeName: MODEL,
    properties: {
      ApiId: "string",
      ContentType: "string",
      Description: "string",
      ModelId: "string",
      Name: "string",
      Schema: "object",
    },
    required: ["ApiId", "Schema", "Name"],
    createOnly: ["ApiId"],
    readOnly: ["ModelId"],
    writeOnly: [],
    primaryIdentifier: ["ApiId", "ModelId"],
    listRequires: ["ApiId"],
    generates: { property: "ModelId", length: 6 },
    unique: ["ApiId", "Name"],
    parents: [API],
  },
  [ROUTE]: {
    typeName: ROUTE,
    properties: {
      ApiId: "string",
      ApiKeyRequired: "boolean",
      AuthorizationScopes: strings,
      AuthorizationType: "string",
      AuthorizerId: "string",
      ModelSelectionExpression: "string",
      OperationName: "string",
      RequestModels: "object",
      RequestParameters: "object",
      RouteId: "string",
      RouteKey: "string",
      RouteResponseSelectionExpression: "string",
      Target: "string",
    },
    required: ["RouteKey", "ApiId"],
    createOnly: ["ApiId"],
    readOnly: ["RouteId"],
    writeOnly: ["AuthorizerId", "RequestParameters"],
    primaryIdentifier: ["ApiId", "RouteId"],
    listRequires: ["ApiId"],
    generates: { property: "RouteId", length: 7 },
    unique: ["ApiId", "RouteKey"],
    parents: [API],
  },
  [ROUTE_RESPONSE]: {
    typeName: ROUTE_RESPONSE,
    properties: {
      ApiId: "string",
      ModelSelectionExpression: "string",
      ResponseModels: "object",
      ResponseParameters: { mapOf: parameterConstraints },
      RouteId: "string",
      RouteResponseId: "string",
      RouteResponseKey: "string",
    },
    required: ["RouteResponseKey", "RouteId", "ApiId"],
    createOnly: ["ApiId", "RouteId"],
    readOnly: ["RouteResponseId"],
    writeOnly: [],
    primaryIdentifier: ["ApiId", "RouteId", "RouteResponseId"],
    listRequires: ["ApiId", "RouteId"],
    generates: { property: "RouteResponseId", length: 7 },
    unique: ["ApiId", "RouteId", "RouteResponseKey"],
    parents: [API, ROUTE],
  },
  [STAGE]: {
    typeName: STAGE,
    properties: {
      AccessLogSettings: { fields: { Format: "string", DestinationArn: "string" } },
      ApiId: "string",
      AutoDeploy: "boolean",
      ClientCertificateId: "string",
      DefaultRouteSettings: routeSettings,
      DeploymentId: "string",
      Description: "string",
      RouteSettings: "object",
      StageName: "string",
      StageVariables: "object",
      Tags: "object",
    },
    required: ["StageName", "ApiId"],
    createOnly: ["StageName", "ApiId"],
    readOnly: [],
    writeOnly: [],
    primaryIdentifier: ["ApiId", "StageName"],
    listRequires: ["ApiId"],
    unique: ["ApiId", "StageName"],
    parents: [API],
  },
};

export { API, DEPLOYMENT, INTEGRATION, INTEGRATION_RESPONSE, ROUTE, ROUTE_RESPONSE, STAGE };
