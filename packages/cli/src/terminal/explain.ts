import { missingProfile } from "../aws/missing-profile.ts";
import { explainFileError } from "../documents/explain-file-error.ts";
import { Failure } from "./failure.ts";

interface Explanation {
  readonly message: string;
  readonly exitCode: 1 | 2;
}

/** What an error means for the person at the terminal, in a line or two, and what to do about it. */
export function explain(error: unknown): Explanation {
  if (error instanceof Failure) return { message: error.message, exitCode: error.exitCode };
  if (isMissingTable(error)) return { message: NO_TABLE, exitCode: 2 };
  const message = knownCause(error) ?? messageOf(error);
  return { message: isSentence(message) ? message : `${message} (--debug shows where)`, exitCode: 1 };
}

function knownCause(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    // A message of ours says more than its cause, which --debug shows.
    const known = advise(at) ?? explainFileError(at);
    if (known !== undefined) return at === error || !isSentence(messageOf(error)) ? known : messageOf(error);
  }
  return undefined;
}

const CREDENTIALS =
  "no AWS credentials found. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; any values do for `specdrop dev`.";

const NO_TABLE =
  "the ledger's DynamoDB table does not exist in this account and region. Check the name after dynamodb:.";

const REGION = "no AWS region found. Set AWS_REGION, or `region` in the profile that AWS_PROFILE names.";

const EXPIRED = "the AWS credentials have expired. Sign in again (aws sso login), or renew AWS_SESSION_TOKEN.";

/** Wrong usage: no other name of a resource is a table's. */
function isMissingTable(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (codeOf(at) === "ResourceNotFound" && !/event bus/i.test(at.message)) return true;
  }
  return false;
}

/** The ways the world outside is most often not there. The SDK's error names and messages, as of 3.1169. */
function advise(error: Error): string | undefined {
  if (error.message === "Region is missing") return missingProfile(process.env) ?? REGION;
  switch (codeOf(error)) {
    case "LeaseHeldError":
      return `${error.message}. Wait until it ends, and run again. If it was killed, the next run continues its work.`;
    case "CredentialsProviderError":
    case "TokenProviderError":
      if (/expired/i.test(error.message)) return EXPIRED;
      return missingProfile(process.env) ?? `${CREDENTIALS}\n(${firstLine(error.message)})`;
    case "ExpiredToken":
    case "RequestExpired":
      return EXPIRED;
    case "UnrecognizedClient":
    case "InvalidClientTokenId":
    case "InvalidAccessKeyId":
    case "InvalidSignature":
    case "SignatureDoesNotMatch":
      return `AWS does not accept these credentials: ${said(error)} Check AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`;
    case "AccessDenied":
      return `AWS does not allow this: ${said(error)} Give the role or user that permission, or choose another with AWS_PROFILE.`;
    case "NoSuchBucket":
      return "the bucket does not exist in this account. Check the name after --bucket.";
    case "ResourceNotFound":
      return /event bus/i.test(error.message)
        ? "the event bus does not exist in this account and region. Check the name after --bus."
        : NO_TABLE;
    case "ECONNREFUSED":
      return `nothing answers at ${endpoint(error)}. Check AWS_ENDPOINT_URL, and that its server is running.`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `cannot find ${endpoint(error)}. Check the region and the network.`;
    case "ECONNRESET":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return `the connection to ${endpoint(error)} failed (${firstLine(error.message)}). Check the network, and try again.`;
    case "TimeoutError":
    case "ETIMEDOUT":
      return `${endpoint(error)} does not answer. Check AWS_ENDPOINT_URL and the network, and try again.`;
    case "NotCloudControl":
      return `${said(error)} Check AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_CLOUDCONTROL and endpoint_url in the AWS profile, and the proxy if there is one.`;
    case "EPROTO":
      return `${endpoint(error)} does not speak TLS. Does AWS_ENDPOINT_URL begin with http:// where it should?`;
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
      return `${endpoint(error)} has a certificate that is not trusted. Behind a proxy, set NODE_EXTRA_CA_CERTS to its certificate.`;
    default:
      return undefined;
  }
}

/** A system error's code, or AWS's name for an error: `AccessDeniedException` from one service is `AccessDenied` from another. */
function codeOf(error: Error): string {
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  return code.replace(/Exception$/, "");
}

function endpoint(error: Error): string {
  const { address, port, hostname } = error as Error & { address?: string; port?: number; hostname?: string };
  if (hostname !== undefined) return hostname;
  return address === undefined ? (process.env["AWS_ENDPOINT_URL"] ?? "the endpoint") : `${address}:${port}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? firstLine(error.message) || error.name : String(error);
}

function said(error: Error): string {
  return firstLine(error.message).replace(/\.?$/, ".");
}

/** Written for people, by us. */
function isSentence(message: string): boolean {
  return /[.?)]$/.test(message);
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
