import { CloudControlError } from "./errors.ts";
import { type Passage, pass } from "./gate.ts";
import { typeNamed } from "./resources.ts";
import type { ResourceRequest, State, WriteCall } from "./state.ts";
import { type RequestTarget, targetOf, type WriteInput } from "./target.ts";

const CLIENT_TOKEN_TTL_MS = 36 * 3_600_000;
/** Seen live, of API Gateway (terraform-provider-aws#18018). */
const CONFLICT = "Unable to complete operation due to concurrent modification. Please try again later.";

/** Accepts a write, or the repetition of one. Throws a `CloudControlError` or a `ConnectionLostError`. */
export function accept(
  state: State,
  call: WriteCall,
  input: WriteInput,
  now: number,
  random: () => number,
  newToken: () => string,
): { readonly request: ResourceRequest; readonly loseReply: boolean } {
  const passage = pass(state, true, now, random);
  const type = typeNamed(input.TypeName);
  const { TypeName, Identifier, DesiredState, PatchDocument, ClientToken } = input;
  const fingerprint = JSON.stringify([call.operation, TypeName, Identifier, DesiredState, PatchDocument]);
  const earlier = earlierRequest(state, ClientToken, fingerprint, now);
  if (earlier !== undefined) {
    call.replayed = true;
    call.RequestToken = earlier.requestToken;
    return { request: earlier, loseReply: passage.loseReply };
  }
  const target = targetOf(state, type, call.operation, input);
  refuseConcurrent(state, target);
  const request = begin(state, target, passage, now, newToken());
  call.RequestToken = request.requestToken;
  if (ClientToken !== undefined) {
    state.clientTokens[ClientToken] = { requestToken: request.requestToken, fingerprint, usedAt: now };
  }
  return { request, loseReply: passage.loseReply };
}

function earlierRequest(
  state: State,
  token: string | undefined,
  fingerprint: string,
  now: number,
): ResourceRequest | undefined {
  if (token === undefined || !Object.hasOwn(state.clientTokens, token)) return undefined;
  const used = state.clientTokens[token];
  if (used === undefined || now - used.usedAt >= CLIENT_TOKEN_TTL_MS) return undefined;
  if (used.fingerprint === fingerprint) return state.requests[used.requestToken];
  throw new CloudControlError(
    "ClientTokenConflictException",
    `The client token ${token} has already been used in another resource request.`,
  );
}

function refuseConcurrent(state: State, { type, identifier }: RequestTarget): void {
  const isSame = (other: ResourceRequest) => other.typeName === type.typeName && other.identifier === identifier;
  if (identifier === undefined || !openRequests(state).some(isSame)) return;
  throw new CloudControlError(
    "ConcurrentOperationException",
    `Another operation on the resource of type '${type.typeName}' with identifier '${identifier}' is in progress.`,
  );
}

function begin(
  state: State,
  target: RequestTarget,
  passage: Passage,
  now: number,
  requestToken: string,
): ResourceRequest {
  const { operation, type, identifier, desired, apiId } = target;
  const { serialisePerApi, conflictErrorCode } = state.faults.quirks;
  const overlaps = (other: ResourceRequest) => other.apiId === apiId && other.doom === undefined;
  const conflict = serialisePerApi && apiId !== undefined && openRequests(state).some(overlaps);
  const doom = conflict ? { code: conflictErrorCode, message: CONFLICT } : passage.doom;
  const request: ResourceRequest = {
    requestToken,
    typeName: type.typeName,
    operation,
    startedAt: now,
    settlesAt: now + state.faults.settleMs,
    status: "IN_PROGRESS",
    ...(identifier === undefined ? {} : { identifier }),
    ...(desired === undefined ? {} : { desired }),
    ...(apiId === undefined ? {} : { apiId }),
    ...(doom === undefined ? {} : { doom }),
  };
  state.requests[requestToken] = request;
  state.open.push(requestToken);
  return request;
}

function openRequests(state: State): readonly ResourceRequest[] {
  return state.open.flatMap((token) => state.requests[token] ?? []);
}
