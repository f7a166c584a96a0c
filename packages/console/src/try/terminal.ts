import { command, optionalFlag, type ShellCommand } from "@specdrop/spec/shell-command";
import type { Given } from "@specdrop/template";

/** The same question to `specdrop preview`, of a document by its id. */
export function previewCommand(
  documentId: string,
  integrationId: string,
  { reply, request, backend }: Given,
): ShellCommand {
  const file = documentId.replace(/^(?:s3:\/\/[^/]+\/|file:)/, "");
  const asked = optionalFlag("--request", request && JSON.stringify(request));
  const answering = optionalFlag("--backend", backend);
  return command`specdrop preview ${file} --integration ${integrationId} --reply ${JSON.stringify(reply)} ${asked} ${answering}`;
}
