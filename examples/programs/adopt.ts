import AWS from "@specdrop/authoring";

const adoptExistingIntegrationResponse = await AWS.ApiGatewayV2.IntegrationResponse("adoptIntegrationResponse", {
  IntegrationId: "12345678-abcd-ef00-1234-56789abcdef0",
  IntegrationResponseKey: "200",
  ApiId: "abcdefghij",
  adopt: true
});
