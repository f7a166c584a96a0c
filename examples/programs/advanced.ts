import AWS from "@specdrop/authoring";

const advancedIntegrationResponse = await AWS.ApiGatewayV2.IntegrationResponse("advancedIntegrationResponse", {
  IntegrationId: "12345678-abcd-ef00-1234-56789abcdef0",
  IntegrationResponseKey: "200",
  ApiId: "abcdefghij",
  ContentHandlingStrategy: "CONVERT_TO_BINARY",
  TemplateSelectionExpression: "$.statusCode",
  ResponseParameters: {
    "method.response.header.Content-Type": "'application/json'"
  },
  ResponseTemplates: {
    "application/json": "{ \"status\": \"OK\" }"
  }
});
