import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";

const schemas = new URL("../../packages/events/schemas/", import.meta.url);
const ajv = new Ajv({ strict: true, strictRequired: true, allErrors: true, validateSchema: true });

/** The text of a published schema file. */
export function readSchemaFile(detailType: string): string {
  return readFileSync(new URL(`${detailType}.json`, schemas), "utf8");
}

const compiled = new Map<string, ValidateFunction>();

/** A validator made from a published schema file by ajv, in its strictest mode. */
export function validatorOf(detailType: string): ValidateFunction {
  const known = compiled.get(detailType);
  if (known !== undefined) return known;
  const validator = ajv.compile(JSON.parse(readSchemaFile(detailType)));
  compiled.set(detailType, validator);
  return validator;
}
