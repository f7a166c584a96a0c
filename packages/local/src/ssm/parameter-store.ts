import { createHash } from "node:crypto";

/** A call that Parameter Store refuses; `name` is the exception's. */
export class ParameterStoreError extends Error {
  override readonly name: string;

  constructor(name: string, message = "") {
    super(message);
    this.name = name;
  }
}

export interface Parameter {
  readonly name: string;
  readonly type: "String" | "StringList" | "SecureString";
  readonly value: string;
  readonly version: number;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
  readonly description?: string;
}

interface PutInput {
  readonly Name?: string;
  readonly Value?: string;
  readonly Type?: string;
  readonly Overwrite?: boolean;
  readonly Description?: string;
  readonly Tier?: string;
}

interface Decryption {
  readonly WithDecryption?: boolean;
}

interface ByPathInput extends Decryption {
  readonly Path?: string;
  readonly Recursive?: boolean;
  readonly MaxResults?: number;
  readonly NextToken?: string;
  readonly ParameterFilters?: readonly unknown[];
}

export interface ParameterStoreOptions {
  readonly arn: (parameter: string) => string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** What an earlier process left. */
  readonly kept?: readonly Parameter[];
  /** Told of all parameters after each change. */
  readonly onChange?: (parameters: readonly Parameter[]) => void;
}

const PAGE = 10;
const MOST_LEVELS = 15;
const LONGEST: Readonly<Record<string, number>> = { Standard: 4096, Advanced: 8192 };

export type ParameterStore = ReturnType<typeof createParameterStore>;

/**
 * The parameters of Systems Manager. Only the newest version of each is kept. Methods throw a `ParameterStoreError`.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
export function createParameterStore({ arn, now, kept = [], onChange }: ParameterStoreOptions) {
  const parameters = new Map(kept.map((parameter) => [parameter.name, parameter]));

  /** By name, by ARN, or by either with the newest version's number. */
  function find(given: string): Parameter | undefined {
    const isArn = given.startsWith("arn:");
    const name = isArn ? given.replace(/^arn:[^/]*:parameter/, "") : given;
    // An ARN has one slash before the name, whether the name begins with one or not.
    const exact = parameters.get(name) ?? (isArn ? parameters.get(name.slice(1)) : undefined);
    if (exact !== undefined) return exact;
    const [, base, version] = /^([^:]*):([^:]+)$/.exec(name) ?? [];
    const parameter = base === undefined ? undefined : parameters.get(base);
    if (parameter === undefined || Number(version) === parameter.version) return parameter;
    throw new ParameterStoreError(
      "ParameterVersionNotFound",
      `Systems Manager could not find version ${version} of ${base}. Verify the version and try again.`,
    );
  }

  const shown =
    ({ WithDecryption = false }: Decryption) =>
    (parameter: Parameter) => {
      const isHidden = parameter.type === "SecureString" && !WithDecryption;
      return {
        Name: parameter.name,
        Type: parameter.type,
        Value: isHidden ? ciphertextOf(parameter) : parameter.value,
        Version: parameter.version,
        LastModifiedDate: parameter.modifiedAt / 1_000,
        ARN: arn(parameter.name),
        DataType: "text",
      };
    };

  function remove(names: readonly string[]): readonly string[] {
    const removed = names.filter((name) => parameters.delete(name));
    if (removed.length > 0) onChange?.([...parameters.values()]);
    return removed;
  }

  return {
    putParameter({ Name = "", Value = "", Type, Overwrite = false, Description, Tier = "Standard" }: PutInput) {
      checkName(Name);
      const old = parameters.get(Name);
      if (old !== undefined && !Overwrite) {
        const message =
          "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.";
        throw new ParameterStoreError("ParameterAlreadyExists", message);
      }
      const type = Type ?? old?.type;
      if (type === undefined) throw invalid("A parameter type is required when you create a parameter.");
      if (!isType(type)) throw invalid(`Parameter type ${type} is not valid.`);
      if (old !== undefined && old.type !== type) {
        const message = `The following parameter has a different type: ${Name}. A parameter's type cannot be changed.`;
        throw new ParameterStoreError("HierarchyTypeMismatchException", message);
      }
      const longest = LONGEST[Tier];
      if (longest === undefined) throw invalid(`${Tier} parameters are not supported by this emulator.`);
      if (Value === "") throw invalid("Member must have length greater than or equal to 1: Value.");
      if (Buffer.byteLength(Value) > longest) {
        throw invalid(`${Tier} tier parameters support a maximum parameter value of ${longest} characters.`);
      }
      const version = (old?.version ?? 0) + 1;
      const description = Description ?? old?.description;
      const parameter: Parameter = { name: Name, type, value: Value, version, modifiedAt: now() };
      parameters.set(Name, description === undefined ? parameter : { ...parameter, description });
      onChange?.([...parameters.values()]);
      return { Version: version, Tier };
    },

    getParameter({ Name = "", ...reading }: Decryption & { readonly Name?: string }) {
      const parameter = find(Name);
      if (parameter === undefined) throw new ParameterStoreError("ParameterNotFound");
      return { Parameter: shown(reading)(parameter) };
    },

    getParameters({ Names = [], ...reading }: Decryption & { readonly Names?: readonly string[] }) {
      if (Names.length === 0 || Names.length > PAGE) throw invalid(`Names must have 1 to ${PAGE} members.`);
      const found = Names.map((name) => [name, find(name)] as const);
      return {
        Parameters: found.flatMap(([, parameter]) => (parameter === undefined ? [] : [shown(reading)(parameter)])),
        InvalidParameters: found.flatMap(([name, parameter]) => (parameter === undefined ? [name] : [])),
      };
    },

    getParametersByPath({
      Path = "",
      Recursive = false,
      MaxResults = PAGE,
      NextToken,
      ParameterFilters,
      ...reading
    }: ByPathInput) {
      if (ParameterFilters !== undefined && ParameterFilters.length > 0) {
        throw new ParameterStoreError("InvalidFilterKey", "ParameterFilters are not supported by this emulator.");
      }
      if (!Path.startsWith("/")) {
        throw invalid(
          'The parameter path must begin with a forward slash "/". It can have only the characters a-zA-Z0-9_.-',
        );
      }
      if (!(Number.isInteger(MaxResults) && MaxResults >= 1 && MaxResults <= PAGE)) {
        throw invalid(`MaxResults must be a number from 1 to ${PAGE}.`);
      }
      const folder = Path.endsWith("/") ? Path : `${Path}/`;
      const below = [...parameters.values()]
        .filter(({ name }) => name.startsWith(folder) && (Recursive || !name.slice(folder.length).includes("/")))
        .sort((one, other) => (one.name < other.name ? -1 : 1));
      const from = NextToken === undefined ? 0 : below.findIndex(({ name }) => name === NextToken);
      if (from < 0) throw new ParameterStoreError("InvalidNextToken", "The specified token is not valid.");
      const next = below[from + MaxResults];
      const page = below.slice(from, from + MaxResults).map(shown(reading));
      return { Parameters: page, ...(next !== undefined && { NextToken: next.name }) };
    },

    deleteParameter({ Name = "" }: { readonly Name?: string }) {
      if (remove([Name]).length === 0) throw new ParameterStoreError("ParameterNotFound");
      return {};
    },

    deleteParameters({ Names = [] }: { readonly Names?: readonly string[] }) {
      if (Names.length === 0 || Names.length > PAGE) throw invalid(`Names must have 1 to ${PAGE} members.`);
      const deleted = remove(Names);
      return { DeletedParameters: deleted, InvalidParameters: Names.filter((name) => !deleted.includes(name)) };
    },
  };
}

function checkName(name: string): void {
  if (!/^[\w.\-/]{1,2048}$/.test(name)) {
    throw invalid("Parameter name: can't be empty, and has letters, digits and the characters _.-/ only.");
  }
  if (name.includes("/") && !name.startsWith("/")) throw invalid("Parameter name must be a fully qualified name.");
  if (/^\/?(?:aws|ssm)/i.test(name)) throw invalid(`No access to reserved parameter name: ${name}.`);
  if (name.split("/").length - 1 > MOST_LEVELS) {
    const message = `A hierarchy can have a maximum of ${MOST_LEVELS} levels.`;
    throw new ParameterStoreError("HierarchyLevelLimitExceededException", message);
  }
}

function isType(type: string): type is Parameter["type"] {
  return type === "String" || type === "StringList" || type === "SecureString";
}

/** What KMS would make of it: nobody can read the value in it. */
function ciphertextOf({ name, version }: Parameter): string {
  return `AQICAH${createHash("sha256").update(`${name} ${version}`).digest("base64")}`;
}

function invalid(message: string): ParameterStoreError {
  return new ParameterStoreError("ValidationException", message);
}
