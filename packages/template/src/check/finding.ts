/** What a static check says of a template; positions are offsets into it, in UTF-16 units. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly start: number;
  readonly end: number;
  /** What to write in the place of what stands there. */
  readonly suggestion?: string;
  readonly help?: string;
}

export type FindingCode =
  | "SD3501"
  | "SD3502"
  | "SD3503"
  | "SD3504"
  | "SD3505"
  | "SD3506"
  | "SD3507"
  | "SD3508"
  | "SD3509"
  | "SD3510"
  | "SD3511"
  | "SD3512"
  | "SD3513"
  | "SD3514"
  | "SD3515"
  | "SD3516"
  | "SD3517";
