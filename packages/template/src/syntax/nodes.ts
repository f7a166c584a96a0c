/** Where something stands: offsets into the template, in UTF-16 units; `end` is exclusive. */
export interface SourcePlace {
  readonly start: number;
  readonly end: number;
}

export type Segment = SourcePlace &
  (
    | { readonly kind: "property"; readonly name: string }
    | { readonly kind: "method"; readonly name: string; readonly args: readonly Argument[]; readonly source: string }
    | { readonly kind: "index"; readonly index: Argument; readonly source: string }
  );

/** `$name.path`, `${name.path}`, `$!name`. */
export interface Reference extends SourcePlace {
  readonly kind: "reference";
  readonly isQuiet: boolean;
  readonly isFormal: boolean;
  readonly name: string;
  readonly path: readonly Segment[];
}

/** What may stand where an argument is expected: a method's, an index, an element, `#foreach`. */
export type Argument =
  | Reference
  | (SourcePlace & { readonly kind: "integer"; readonly value: bigint; readonly source: string })
  | (SourcePlace & { readonly kind: "decimal"; readonly value: number; readonly source: string })
  | (SourcePlace & { readonly kind: "boolean"; readonly value: boolean })
  | (SourcePlace & { readonly kind: "null" })
  /** `parts` where it is interpolated. `source` is the literal with its quotes. */
  | (SourcePlace & {
      readonly kind: "text";
      readonly value: string;
      readonly source: string;
      readonly parts?: readonly Node[];
    })
  | (SourcePlace & { readonly kind: "list"; readonly items: readonly Argument[] })
  | (SourcePlace & {
      readonly kind: "range";
      readonly from: Argument;
      readonly to: Argument;
      readonly isSpaced: boolean;
    })
  | (SourcePlace & { readonly kind: "map"; readonly entries: readonly (readonly [Argument, Argument])[] });

export type Operator = "||" | "&&" | "==" | "!=" | "<" | ">" | "<=" | ">=" | "+" | "-" | "*" | "/" | "%";

export type Expression =
  | Argument
  | (SourcePlace & { readonly kind: "not"; readonly operand: Expression })
  | (SourcePlace & { readonly kind: "parenthesised"; readonly inner: Expression })
  | (SourcePlace & {
      readonly kind: "binary";
      readonly operator: Operator;
      readonly left: Expression;
      readonly right: Expression;
    });

/** `tail` is the white space that the directive takes behind it, with one line end. */
interface Taking {
  readonly tail: string;
}

export interface Branch extends SourcePlace, Taking {
  readonly condition: Expression;
  readonly body: readonly Node[];
}

export type Node =
  | (SourcePlace & { readonly kind: "plain"; readonly text: string })
  /** `text` is what it prints, `source` how it is written: `\$x`, `\\#if`. */
  | (SourcePlace & { readonly kind: "escaped"; readonly text: string; readonly source: string })
  | Reference
  | (SourcePlace & { readonly kind: "comment"; readonly source: string })
  /** `#[[ … ]]#`. */
  | (SourcePlace & { readonly kind: "unparsed"; readonly text: string })
  /** `#word` that is no directive, with its arguments if it has any: prints as it stands. */
  | (SourcePlace & { readonly kind: "word"; readonly name: string; readonly source: string })
  /** What nobody has seen AWS render. */
  | (SourcePlace & {
      readonly kind: "unsupported";
      readonly name: string;
      readonly source: string;
      readonly reason: string;
    })
  /** `lead` is the white space that it takes before it. */
  | (SourcePlace &
      Taking & {
        readonly kind: "set";
        readonly lead: string;
        readonly target: Reference;
        readonly value: Expression;
      })
  | (SourcePlace & {
      readonly kind: "if";
      readonly branches: readonly Branch[];
      readonly otherwise?: Taking & { readonly body: readonly Node[] };
      readonly endTail: string;
    })
  | (SourcePlace &
      Taking & {
        readonly kind: "foreach";
        readonly variable: string;
        readonly source: Argument;
        readonly body: readonly Node[];
        readonly endTail: string;
      })
  | (SourcePlace &
      Taking & {
        readonly kind: "define";
        readonly variable: string;
        readonly body: readonly Node[];
        readonly endTail: string;
      })
  | (SourcePlace & { readonly kind: "break" })
  | (SourcePlace & { readonly kind: "stop" });

export interface Template {
  readonly source: string;
  readonly nodes: readonly Node[];
}

/** A directive that ends a block, with the white space that it takes. */
export interface Ending {
  readonly name: "else" | "elseif" | "end";
  readonly tail: string;
  readonly start: number;
}

/** Nodes, and the directive that ended them; absent at the end of the text. */
export interface Block {
  readonly nodes: readonly Node[];
  readonly ending?: Ending;
}
