import { describe, expect, test } from "vitest";
import { API, DEPLOYMENT, INTEGRATION, INTEGRATION_RESPONSE, ROUTE, refusal, response, STAGE, world } from "./world.ts";

describe("the schema", () => {
  test.each<[string, object, string]>([
    ["a missing key", { ApiId: "a", IntegrationId: "b" }, "#: required key [IntegrationResponseKey] not found"],
    ["an unknown key", response({ Colour: "red" }), "#: extraneous key [Colour] is not permitted"],
    [
      "a wrong type",
      response({ IntegrationResponseKey: 200 }),
      "#/IntegrationResponseKey: expected type: String, found: Integer",
    ],
    [
      "a map that is a list",
      response({ ResponseTemplates: [] }),
      "#/ResponseTemplates: expected type: JSONObject, found: JSONArray",
    ],
    [
      "null",
      response({ ContentHandlingStrategy: null }),
      "#/ContentHandlingStrategy: expected type: String, found: Null",
    ],
  ])("refuses %s at once", (_, model, reason) => {
    const { create } = world();
    expect(refusal(() => create(INTEGRATION_RESPONSE, model))).toBe(
      `ValidationException: Model validation failed (${reason})`,
    );
  });

  test("names every problem, deep ones too", () => {
    const { create } = world();
    const model = {
      ApiId: "a",
      IntegrationType: "MOCK",
      TimeoutInMillis: 1.5,
      TlsConfig: { x: 1 },
      RequestTemplates: { a: 1 },
    };
    const message = refusal(() => create(INTEGRATION, model));
    expect(message).toContain("#/TimeoutInMillis: expected type: Integer, found: BigDecimal");
    expect(message).toContain("#/TlsConfig: extraneous key [x] is not permitted");
    expect(message).toContain("#/RequestTemplates/a: expected type: String, found: Integer");
  });

  test("keeps what AWS sets to AWS", () => {
    const { create, made, update } = world();
    expect(refusal(() => create(INTEGRATION_RESPONSE, response({ IntegrationResponseId: "mine" })))).toBe(
      "InvalidRequestException: Encountered readOnlyProperties [/properties/IntegrationResponseId] in the desired state",
    );
    const id = made(INTEGRATION_RESPONSE, response());
    const change = (property: string) => () =>
      update(INTEGRATION_RESPONSE, id, [{ op: "replace", path: `/${property}`, value: "x" }]);
    expect(refusal(change("IntegrationResponseId"))).toBe(
      "ValidationException: Invalid patch update: readOnlyProperties [/properties/IntegrationResponseId] cannot be updated",
    );
    expect(refusal(change("ApiId"))).toBe(
      "NotUpdatableException: Invalid patch update: createOnlyProperties [/properties/ApiId] cannot be updated",
    );
    expect(refusal(change("Colour"))).toContain("no such path: /Colour");
    expect(
      refusal(() => update(INTEGRATION_RESPONSE, id, [{ op: "remove", path: "/IntegrationResponseKey" }])),
    ).toContain("required key [IntegrationResponseKey] not found");
  });

  test("knows no other types", () => {
    const { create } = world();
    expect(refusal(() => create("AWS::S3::Bucket", {}))).toContain("TypeNotFoundException");
  });
});

describe("a malformed request", () => {
  const { cloudControl, made, update } = world();
  const id = made(INTEGRATION_RESPONSE, response());
  const TypeName = INTEGRATION_RESPONSE;
  test.each<[string, () => unknown, string]>([
    [
      "no type",
      () => cloudControl.createResource({ DesiredState: "{}" } as never),
      "Value null at 'typeName' failed to satisfy constraint: Member must not be null",
    ],
    [
      "a type of an odd shape",
      () => cloudControl.getResource({ TypeName: "IntegrationResponse", Identifier: "x" }),
      "regular expression pattern",
    ],
    ["no state", () => cloudControl.createResource({ TypeName }), "Value null at 'desiredState'"],
    ["an empty state", () => cloudControl.createResource({ TypeName, DesiredState: "" }), "greater than or equal to 1"],
    [
      "a huge state",
      () => cloudControl.createResource({ TypeName, DesiredState: "x".repeat(262_145) }),
      "less than or equal to 262144",
    ],
    [
      "a state that is not JSON",
      () => cloudControl.createResource({ TypeName, DesiredState: "{" }),
      "DesiredState must be a JSON object",
    ],
    [
      "a state that is a list",
      () => cloudControl.createResource({ TypeName, DesiredState: "[]" }),
      "must be a JSON object",
    ],
    [
      "an odd token",
      () => cloudControl.createResource({ TypeName, DesiredState: "{}", ClientToken: "a b" }),
      "'clientToken'",
    ],
    ["too large a page", () => cloudControl.listResources({ TypeName, MaxResults: 101 }), "between 1 and 100"],
    [
      "a made-up page token",
      () => cloudControl.listResources({ TypeName, ResourceModel: JSON.stringify(response()), NextToken: "?" }),
      "NextToken",
    ],
  ])("is refused: %s", (_, call, reason) => {
    expect(refusal(call)).toContain("ValidationException");
    expect(refusal(call)).toContain(reason);
  });

  test("is refused: a patch that cannot be applied, with nothing changed", () => {
    const patch = [
      { op: "add", path: "/TemplateSelectionExpression", value: "x" },
      { op: "test", path: "/IntegrationResponseKey", value: "other" },
    ];
    expect(refusal(() => update(TypeName, id, patch))).toBe(
      "InvalidRequestException: Invalid patch document: test failed at /IntegrationResponseKey",
    );
    expect(refusal(() => cloudControl.updateResource({ TypeName, Identifier: id, PatchDocument: "[" }))).toContain(
      "Invalid patch document",
    );
    expect(cloudControl.resources()[0]?.Properties).not.toHaveProperty("TemplateSelectionExpression");
  });
});

describe("API Gateway", () => {
  test.each<[string, object, string]>([
    ["an odd strategy", { ContentHandlingStrategy: "CONVERT" }, "Invalid ContentHandlingStrategy"],
    ["an empty key", { IntegrationResponseKey: "" }, "IntegrationResponseKey must not be empty"],
    [
      "an unescaped $default",
      { TemplateSelectionExpression: "$default" },
      "Unexpected variable in selection expression: $default",
    ],
    [
      "a parameter that is no header",
      { ResponseParameters: { "Content-Type": "'x'" } },
      "Invalid mapping expression parameter",
    ],
    [
      "a parameter that is neither static nor mapped",
      { ResponseParameters: { "method.response.header.A": "x" } },
      "Invalid mapping expression specified: x",
    ],
    ["an empty parameter", { ResponseParameters: { "method.response.header.A": "" } }, "1 to 512 characters"],
    [
      "a long parameter",
      { ResponseParameters: { "method.response.header.A": `'${"x".repeat(511)}'` } },
      "1 to 512 characters",
    ],
    ["a parameter that is a number", { ResponseParameters: { "method.response.header.A": 1 } }, "must be a string"],
    ["a template that is an object", { ResponseTemplates: { "application/json": {} } }, "must be a string"],
    ["a long template", { ResponseTemplates: { "application/json": "x".repeat(32_769) } }, "at most 32768 characters"],
  ])("refuses %s, on create and on update", (_, more, reason) => {
    const { create, settled, made, update } = world();
    const asked = settled(create(INTEGRATION_RESPONSE, response(more)));
    expect(asked).toMatchObject({
      OperationStatus: "FAILED",
      ErrorCode: "InvalidRequest",
      StatusMessage: expect.stringContaining(reason),
    });
    const id = made(INTEGRATION_RESPONSE, response());
    const patch = Object.entries(more).map(([name, value]) => ({ op: "add", path: `/${name}`, value }));
    expect(settled(update(INTEGRATION_RESPONSE, id, patch))).toMatchObject({
      OperationStatus: "FAILED",
      ErrorCode: "InvalidRequest",
    });
  });

  test("takes what people write", () => {
    const { made, read } = world();
    const model = response({
      IntegrationResponseKey: "200",
      ContentHandlingStrategy: "CONVERT_TO_TEXT",
      TemplateSelectionExpression: "\\$default",
      ResponseParameters: {
        "method.response.header.A": "'it''s'",
        "method.response.header.B": "integration.response.header.X-B",
        "method.response.header.C": "integration.response.body.a.b[0]",
      },
      ResponseTemplates: { "application/json": "", $default: "x".repeat(32_768) },
    });
    expect(read(INTEGRATION_RESPONSE, made(INTEGRATION_RESPONSE, model))).toMatchObject(model);
  });

  test("clears a selection expression that is empty", () => {
    const { made, read, update, settled } = world();
    const id = made(INTEGRATION_RESPONSE, response({ TemplateSelectionExpression: "x" }));
    settled(update(INTEGRATION_RESPONSE, id, [{ op: "add", path: "/TemplateSelectionExpression", value: "" }]));
    expect(read(INTEGRATION_RESPONSE, id)).not.toHaveProperty("TemplateSelectionExpression");
  });

  test("has no integration responses on an HTTP API", () => {
    const { made, create, settled } = world();
    const ApiId = made(API, { Name: "http", ProtocolType: "HTTP" });
    const IntegrationId = made(INTEGRATION, { ApiId, IntegrationType: "HTTP_PROXY" }).split("|")[1];
    expect(settled(create(INTEGRATION_RESPONSE, response({ ApiId, IntegrationId })))).toMatchObject({
      ErrorCode: "InvalidRequest",
      StatusMessage: "IntegrationResponses are currently not supported for this API protocol type.",
    });
  });

  test("gives every type its identifier", () => {
    const { made } = world();
    const ApiId = made(API, {
      Name: "chat",
      ProtocolType: "WEBSOCKET",
      RouteSelectionExpression: "$request.body.action",
    });
    expect(ApiId).toMatch(/^[a-z0-9]{10}$/);
    expect(made(INTEGRATION, { ApiId, IntegrationType: "MOCK" })).toMatch(/^[a-z0-9]{10}\|[a-z0-9]{7}$/);
    expect(made(ROUTE, { ApiId, RouteKey: "$default" })).toMatch(/^[a-z0-9]{10}\|[a-z0-9]{7}$/);
    expect(made(STAGE, { ApiId, StageName: "prod" })).toBe(`${ApiId}|prod`);
    expect(made(DEPLOYMENT, { ApiId })).toMatch(/^[a-z0-9]{10}\|[a-z0-9]{6}$/);
  });

  test("names a route key that is taken", () => {
    const { made, create, settled } = world();
    made(ROUTE, { ApiId: "abcdefghij", RouteKey: "$connect" });
    expect(settled(create(ROUTE, { ApiId: "abcdefghij", RouteKey: "$connect" }))).toMatchObject({
      ErrorCode: "AlreadyExists",
      StatusMessage: "Route with key $connect already exists for this API",
    });
  });

  test("gives a deployment to the stage it names", () => {
    const { made, create, settled, read } = world();
    const ApiId = made(API, {
      Name: "chat",
      ProtocolType: "WEBSOCKET",
      RouteSelectionExpression: "$request.body.action",
    });
    const deploy = () => settled(create(DEPLOYMENT, { ApiId, StageName: "prod" }));
    expect(deploy().StatusMessage).toBe("At least one route is required before deploying the Api.");
    made(ROUTE, { ApiId, RouteKey: "$default" });
    expect(deploy()).toMatchObject({ ErrorCode: "NotFound", StatusMessage: "Invalid stage identifier specified" });
    const stage = made(STAGE, { ApiId, StageName: "prod" });
    const { Identifier = "" } = deploy();
    expect(read(STAGE, stage)["DeploymentId"]).toBe(Identifier.split("|")[1]);
    expect(read(DEPLOYMENT, Identifier)).not.toHaveProperty("StageName");
  });

  test("is AWS's own affair on a stage with AutoDeploy", () => {
    const { made, create, settled, read } = world();
    const RouteSelectionExpression = "$request.body.action";
    const ApiId = made(API, { Name: "chat", ProtocolType: "WEBSOCKET", RouteSelectionExpression });
    const stage = made(STAGE, { ApiId, StageName: "prod", AutoDeploy: true });
    const other = made(STAGE, { ApiId, StageName: "other" });
    expect(read(STAGE, stage)).not.toHaveProperty("DeploymentId");
    made(ROUTE, { ApiId, RouteKey: "$default" });
    const first = read(STAGE, stage)["DeploymentId"];
    made(INTEGRATION, { ApiId, IntegrationType: "MOCK" });
    expect(read(STAGE, stage)["DeploymentId"]).not.toBe(first);
    expect(read(STAGE, other)).not.toHaveProperty("DeploymentId");
    const late = made(STAGE, { ApiId, StageName: "late", AutoDeploy: true });
    expect(read(STAGE, late)["DeploymentId"]).toMatch(/^[a-z0-9]{6}$/);
    expect(settled(create(DEPLOYMENT, { ApiId, StageName: "prod" }))).toMatchObject({ ErrorCode: "InvalidRequest" });
  });
});

describe("parents", () => {
  test("that nobody made are taken to exist elsewhere", () => {
    const { read, made, cloudControl, update } = world();
    expect(read(API, "abcdefghij")).toMatchObject({ ApiId: "abcdefghij", ProtocolType: "WEBSOCKET" });
    expect(read(INTEGRATION, "abcdefghij|abc1234")).toEqual({
      ApiId: "abcdefghij",
      IntegrationId: "abc1234",
      IntegrationType: "AWS",
    });
    expect(read(STAGE, "abcdefghij|prod")).toEqual({ ApiId: "abcdefghij", StageName: "prod" });
    const deployment = made(DEPLOYMENT, { ApiId: "abcdefghij", StageName: "prod" });
    expect(read(STAGE, "abcdefghij|prod")["DeploymentId"]).toBe(deployment.split("|")[1]);
    // Where there is one stage, another would have been made as well.
    expect(refusal(() => read(STAGE, "abcdefghij|typo"))).toContain("ResourceNotFoundException");
    expect(read(STAGE, "jihgfedcba|typo")).toEqual({ ApiId: "jihgfedcba", StageName: "typo" });
    expect(refusal(() => update(API, "abcdefghij", []))).toContain("only taken to exist");
    const list = () =>
      cloudControl.listResources({ TypeName: INTEGRATION, ResourceModel: '{"ApiId":"abcdefghij"}' })
        .ResourceDescriptions;
    expect(list()).toEqual([]);
    made(INTEGRATION_RESPONSE, response());
    expect(list().map(({ Identifier }) => Identifier)).toEqual(["abcdefghij|abc1234"]);
  });

  test("unless that is turned off", () => {
    const { cloudControl, create, settled, read } = world();
    cloudControl.changeFaults({ quirks: { impliedParents: false } });
    expect(settled(create(INTEGRATION_RESPONSE, response()))).toMatchObject({
      ErrorCode: "NotFound",
      StatusMessage: "Invalid Api identifier specified abcdefghij",
    });
    expect(refusal(() => read(API, "abcdefghij"))).toContain("ResourceNotFoundException");
    expect(refusal(() => read(STAGE, "abcdefghij|prod"))).toContain("ResourceNotFoundException");
  });

  test("made here are strict about their children, and take them along", () => {
    const { made, create, settled, cloudControl } = world();
    const ApiId = made(API, {
      Name: "chat",
      ProtocolType: "WEBSOCKET",
      RouteSelectionExpression: "$request.body.action",
    });
    expect(settled(create(INTEGRATION_RESPONSE, response({ ApiId })))).toMatchObject({
      ErrorCode: "NotFound",
      StatusMessage: `Invalid Integration identifier specified ${ApiId}:abc1234`,
    });
    const integration = made(INTEGRATION, { ApiId, IntegrationType: "MOCK" });
    const [, IntegrationId] = integration.split("|");
    made(INTEGRATION_RESPONSE, response({ ApiId, IntegrationId }));
    settled(cloudControl.deleteResource({ TypeName: INTEGRATION, Identifier: integration }));
    expect(cloudControl.resources().map(({ TypeName }) => TypeName)).toEqual([API]);
    settled(cloudControl.deleteResource({ TypeName: API, Identifier: ApiId }));
    expect(settled(create(INTEGRATION_RESPONSE, response({ ApiId })))).toMatchObject({ ErrorCode: "NotFound" });
  });

  test("must be what the API can be", () => {
    const { create, settled } = world();
    const message = (model: object) => settled(create(API, model)).StatusMessage;
    expect(message({})).toContain("Name must not be empty");
    expect(message({ Name: "x", ProtocolType: "FTP" })).toContain("Invalid protocol");
    expect(message({ Name: "x", ProtocolType: "WEBSOCKET" })).toContain("Route selection expression is required");
    expect(message({ Name: "x", Body: {} })).toContain("OpenAPI bodies are not supported");
    expect(settled(create(INTEGRATION, { ApiId: "abcdefghij", IntegrationType: "X" })).StatusMessage).toContain(
      "Invalid IntegrationType",
    );
  });
});

describe("lists", () => {
  test("want what the path needs", () => {
    const { cloudControl } = world();
    const list = (TypeName: string, model?: object) => () =>
      cloudControl.listResources({
        TypeName,
        ...(model === undefined ? {} : { ResourceModel: JSON.stringify(model) }),
      });
    expect(refusal(list(INTEGRATION_RESPONSE, { ApiId: "abcdefghij" }))).toBe(
      `InvalidRequestException: Missing or invalid ResourceModel property in ${INTEGRATION_RESPONSE} list handler request input. Required property: (#: required key [IntegrationId] not found)`,
    );
    expect(refusal(list(ROUTE))).toContain("required key [ApiId] not found");
    expect(list(API)()).toEqual({ TypeName: API, ResourceDescriptions: [] });
  });

  test("come in pages that changes do not upset", () => {
    const { cloudControl, made } = world();
    for (let index = 0; index < 7; index++)
      made(INTEGRATION_RESPONSE, response({ IntegrationResponseKey: `/${index}/` }));
    made(INTEGRATION_RESPONSE, response({ IntegrationId: "other" }));
    const found: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = cloudControl.listResources({
        TypeName: INTEGRATION_RESPONSE,
        ResourceModel: JSON.stringify(response()),
        MaxResults: 3,
        NextToken,
      });
      found.push(
        ...page.ResourceDescriptions.map(({ Properties }) => JSON.parse(Properties)["IntegrationResponseKey"]),
      );
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(found.toSorted()).toEqual(["/0/", "/1/", "/2/", "/3/", "/4/", "/5/", "/6/"]);
  });

  test("of a parent that is gone are an error", () => {
    const { cloudControl } = world();
    cloudControl.changeFaults({ quirks: { impliedParents: false } });
    const list = () => cloudControl.listResources({ TypeName: ROUTE, ResourceModel: '{"ApiId":"abcdefghij"}' });
    expect(refusal(list)).toContain(
      "ResourceNotFoundException: AWS::ApiGatewayV2::Route Handler returned status FAILED",
    );
  });
});
