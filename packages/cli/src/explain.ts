import { Failure } from "./failure.ts";

interface Explanation {
  readonly message: string;
  readonly exitCode: 1 | 2;
}

/** What an error means for the person at the terminal, in a line or two. */
export function explain(error: unknown): Explanation {
  if (error instanceof Failure) return { message: error.message, exitCode: error.exitCode };
  const message = knownCause(error) ?? messageOf(error);
  return { message: isSentence(message) ? message : `${message} (--debug shows where)`, exitCode: 1 };
}

const CREDENTIALS =
  "no AWS credentials found. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; any values do for `specdrop dev`.";

const REGION = "no AWS region found. Set AWS_REGION, or `region` in the profile that AWS_PROFILE names.";

/** The ways the world outside is most often not there. The SDK's error names and messages, as of 3.1169. */
function knownCause(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at.message === "Region is missing") return REGION;
    if (at.name === "CredentialsProviderError" || at.name === "TokenProviderError") {
      return `${CREDENTIALS}\n(${firstLine(at.message)})`;
    }
    if (at.name === "ExpiredTokenException" || at.name === "ExpiredToken") {
      return "the AWS credentials have expired. Sign in again (aws sso login), or renew AWS_SESSION_TOKEN.";
    }
    if (at.name === "UnrecognizedClientException" || at.name === "InvalidSignatureException") {
      return `AWS does not accept these credentials: ${firstLine(at.message)}`;
    }
    if (at.name === "ResourceNotFoundException") {
      return "the ledger's DynamoDB table does not exist in this account and region. Is its name right, after dynamodb:?";
    }
    const code = "code" in at ? at.code : undefined;
    if (code === "ECONNREFUSED")
      return `nothing answers at ${endpoint(at)}. Is AWS_ENDPOINT_URL right, and its server running?`;
    if (code === "ENOTFOUND" || code === "EAI_AGAIN")
      return `cannot find ${endpoint(at)}. Is the region right, and the network there?`;
  }
  return undefined;
}

function endpoint(error: Error): string {
  const { address, port, hostname } = error as Error & { address?: string; port?: number; hostname?: string };
  if (hostname !== undefined) return hostname;
  return address === undefined ? (process.env["AWS_ENDPOINT_URL"] ?? "the endpoint") : `${address}:${port}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? firstLine(error.message) || error.name : String(error);
}

/** Written for people, by us. */
function isSentence(message: string): boolean {
  return /[.?)]$/.test(message);
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
