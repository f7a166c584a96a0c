import { type ConvergePorts, converge, type Outcome } from "@specdrop/engine";
import { type DesiredResource, START_OF_TEXT } from "@specdrop/spec";

/** What a bench converges: so many responses on so many APIs. */
export interface Size {
  readonly creates: number;
  readonly apis: number;
}

function desiredOn(apiId: string, count: number): readonly DesiredResource[] {
  return Array.from({ length: count }, (_, n) => ({
    logicalId: `response${n}`,
    ApiId: apiId,
    IntegrationId: "int0001",
    IntegrationResponseKey: `/${1000 + n}/`,
    properties: { TemplateSelectionExpression: "200" },
    adopt: false,
    pointer: `/IntegrationResponses/response${n}`,
    range: START_OF_TEXT,
  }));
}

/** Converges all APIs at once, as functions would. */
export async function convergeAll(
  { creates, apis }: Size,
  ports: ConvergePorts,
  sequence: number,
): Promise<readonly Outcome[]> {
  const ids = Array.from({ length: apis }, (_, n) => `api${String(n).padStart(7, "0")}`);
  return await Promise.all(
    ids.map((apiId) =>
      converge(
        {
          documentId: "s3://specs/bench.yaml",
          apiId,
          sequence,
          epoch: sequence,
          runId: `run ${sequence}`,
          mode: "apply",
          desired: desiredOn(apiId, creates / apis),
          elsewhere: { owned: 0, deletions: 0, sharesIds: false },
          file: "bench.yaml",
          resumed: false,
        },
        ports,
        { fence: 1, holdLease: async () => {}, deadline: Number.POSITIVE_INFINITY },
      ),
    ),
  );
}
