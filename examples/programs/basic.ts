import AWS from "@specdrop/authoring";

const basicIntegrationResponse = await AWS.ApiGatewayV2.IntegrationResponse("basicIntegrationResponse", {
  IntegrationId: "12345678-abcd-ef00-1234-56789abcdef0",
  IntegrationResponseKey: "200",
  ApiId: "abcdefghij",
  ResponseParameters: {
    "method.response.header.Access-Control-Allow-Origin": "'*'"
  },
  ResponseTemplates: {
    "application/json": "{ \"message\": \"Success\" }"
  }
});
