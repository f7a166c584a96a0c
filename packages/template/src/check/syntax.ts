import type { TemplateSyntaxError } from "../errors.ts";
import type { Finding } from "./finding.ts";

/** What to say of a template that cannot be parsed. */
export function ofSyntaxError(error: TemplateSyntaxError): Finding {
  const { message, start, end, suggestion } = error;
  const place = { message, start, end, ...(suggestion === undefined ? {} : { suggestion }) };
  switch (error.problem) {
    case "unclosed-block":
    case "stray-directive":
      return { code: "SD3501", severity: "error", ...place, help: "Each #if, #foreach and #define needs one #end." };
    case "unclosed":
    case "too-deep":
      return {
        code: "SD3502",
        severity: "error",
        ...place,
        help: "Close it: AWS cannot parse the template.",
      };
    case "backslash":
      return { code: "SD3504", severity: "error", ...place };
    case "lone-sign":
      return { code: "SD3503", severity: "error", ...place };
    case "argument":
      return {
        code: "SD3505",
        severity: "warning",
        ...place,
        help: "Compute it first: #set($next = $i + 1), then use $next. Write spaces on both sides of a minus.",
      };
    case "unexpected":
      return { code: "SD3505", severity: "warning", ...place, help: "Velocity 1.7 probably cannot parse this." };
  }
}
