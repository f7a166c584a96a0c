import { parseArgument } from "./arguments.ts";
import { Cursor, type Grammar } from "./cursor.ts";
import type { Template } from "./nodes.ts";
import { parseBlock } from "./template.ts";

const GRAMMAR: Grammar = { argument: parseArgument, block: parseBlock };

/**
 * Reads a mapping template as API Gateway does, which is as Velocity 1.7 does.
 *
 * @throws TemplateSyntaxError where Velocity could not parse it either.
 */
export function parse(source: string): Template {
  return { source, nodes: parseBlock(new Cursor(GRAMMAR, source), []).nodes };
}
