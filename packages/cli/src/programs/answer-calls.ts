import type { Diagnostic } from "@specdrop/spec";
import type { Calls } from "./converge-calls.ts";
import type { Declarations } from "./declarations.ts";
import type { OnCall } from "./start-program.ts";
import { RUN_IS_OVER } from "./told-errors.ts";

interface AnswerPorts {
  readonly declarations: Declarations;
  readonly calls: Pick<Calls, "converge">;
  readonly warn: (diagnostics: readonly Diagnostic[]) => void;
}

/** Answers a program's calls, and keeps count of those that came to nothing. */
export function answerCalls({ declarations, calls, warn }: AnswerPorts): {
  readonly onCall: OnCall;
  /** Ids whose last call failed, and those that another call had taken. */
  readonly failed: () => readonly string[];
} {
  const failed = new Set<string>();
  const taken = new Set<string>();

  return {
    failed: () => [...new Set([...failed, ...taken])],
    async onCall({ call, ...declaration }, answer) {
      const { id } = declaration;
      const added = declarations.add(declaration);
      if ("kind" in added) {
        (added.kind === "duplicate" ? taken : failed).add(id);
        answer({ call, error: added });
        return;
      }
      warn(added.warnings);
      const outcome = (await calls.converge(added.declared)) ?? { error: RUN_IS_OVER };
      if ("live" in outcome) failed.delete(id);
      else failed.add(id);
      answer({ call, ...outcome });
    },
  };
}
