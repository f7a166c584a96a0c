import type { DocumentRecord } from "@specdrop/ledger/port";
import { command, type ShellCommand } from "@specdrop/spec";
import type { Command } from "../state.ts";

export function toCommand(shown: ShellCommand): Command {
  return "line" in shown ? { text: shown.line } : { refused: true };
}

/** Where a document's text lies, as a command names it. */
export function nameOfDocument(documentId: string): string {
  return documentId.slice(documentId.lastIndexOf("/") + 1);
}

/** What has a document taken in again. Absent for one that other stacks send as an event: only they can. */
export function dropCommand({ documentId, head }: Pick<DocumentRecord, "documentId" | "head">): Command | undefined {
  const { bucket, key } = head.source;
  if (documentId.startsWith("file:")) return toCommand(command`specdrop apply ${key}`);
  if (key.startsWith("events/")) return undefined;
  const file = nameOfDocument(key);
  const folder = `s3://${bucket}/${key.slice(0, key.length - file.length)}`;
  return toCommand(command`aws s3 cp ${file} ${folder}`);
}

export function validateCommand({ head }: Pick<DocumentRecord, "head">): Command {
  return toCommand(command`specdrop validate ${nameOfDocument(head.source.key)}`);
}

export function deployCommand(apiId: string, stageName: string): Command {
  return toCommand(command`aws apigatewayv2 create-deployment --api-id ${apiId} --stage-name ${stageName}`);
}

export function routeResponseCommand(apiId: string, routeId: string): Command {
  return toCommand(
    command`aws apigatewayv2 create-route-response --api-id ${apiId} --route-id ${routeId} --route-response-key ${"$default"}`,
  );
}
