export { type Endpoints, type EndpointsOptions, startEndpoints } from "./endpoints.ts";
export { type LogLine, type Stack, type StackOptions, startStack } from "./stack.ts";
