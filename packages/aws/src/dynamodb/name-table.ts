import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

/** DynamoDB says "Requested resource not found", and neither which table nor that it is one. The error's name stays. */
export function nameTable(documents: DynamoDBDocumentClient, table: string): void {
  // A mocked client has no middleware.
  documents.middlewareStack?.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (error instanceof Error && error.name === "ResourceNotFoundException" && !error.message.includes(table))
          error.message = `DynamoDB has no table ${table} in this account and region (${error.message}).`;
        throw error;
      }
    },
    { step: "initialize", name: `specdropNames${table}`, override: true },
  );
}
