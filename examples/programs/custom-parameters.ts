import AWS from "@specdrop/authoring";

const customResponseParameters = await AWS.ApiGatewayV2.IntegrationResponse("customResponseParameters", {
  IntegrationId: "12345678-abcd-ef00-1234-56789abcdef0",
  IntegrationResponseKey: "404",
  ApiId: "abcdefghij",
  ResponseParameters: {
    "method.response.header.X-Custom-Header": "'CustomHeaderValue'",
    "method.response.header.Access-Control-Allow-Headers": "'Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token'"
  },
  ResponseTemplates: {
    "application/json": "{ \"error\": \"Resource not found\" }"
  }
});
