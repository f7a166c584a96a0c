import type { Draft } from "./draft.ts";
import { type Reading, report } from "./node.ts";
import type { TextEntry } from "./values.ts";

const TEXT_TYPE = /^(?:text\/.+|application\/(?:json|xml|javascript|graphql)|[\w.-]+\/[\w.-]+\+(?:json|xml))(?:;.*)?$/i;
const BINARY_TYPE = /^(?:(?:image|audio|video|font)\/.+|application\/(?:octet-stream|pdf|zip|gzip))(?:;.*)?$/i;
/** Types that say nothing about anybody; another one may be no type at all. */
const COMMON =
  /^(?:application\/(?:json|xml|javascript|graphql|octet-stream|pdf|zip|gzip)|text\/(?:plain|html|css|csv|xml|javascript)|font\/woff2?|image\/(?:png|jpeg|gif|webp))$/i;
const CONTENT_TYPE = /^method\.response\.header\.content-type$/i;

/** Warns where the content types that a response names show that its payload is converted the wrong way round. */
export function checkConversion(reading: Reading, draft: Draft): void {
  const strategy = draft.ContentHandlingStrategy;
  if (strategy === undefined) return;
  const toBinary = strategy.text === "CONVERT_TO_BINARY";
  const doubtful = toBinary ? TEXT_TYPE : BINARY_TYPE;
  const type = namedTypes(draft).find((name) => doubtful.test(name));
  if (type === undefined) return;
  const [mediaType = ""] = type.split(";");
  const shownType = COMMON.test(mediaType) ? mediaType : "of another type";
  report(reading, strategy.node, {
    code: "SD3108",
    message: toBinary
      ? `CONVERT_TO_BINARY decodes Base64 text to bytes, but this response is ${shownType}, which is text`
      : `CONVERT_TO_TEXT encodes bytes as Base64 text, but this response is ${shownType}, which is bytes`,
    pointer: strategy.pointer,
    help: "Remove the property, unless the payload is Base64 on one side.",
  });
}

/** The content types of templates that have content, and a static Content-Type header. */
function namedTypes({ ResponseTemplates: templates = [], ResponseParameters: parameters = [] }: Draft): string[] {
  return [...templates.flatMap(typeOfTemplate), ...parameters.flatMap(typeOfHeader)];
}

function typeOfTemplate({ key, value }: TextEntry): string[] {
  return value === undefined || value.text === "" ? [] : [key.text];
}

function typeOfHeader({ key, value }: TextEntry): string[] {
  return value !== undefined && CONTENT_TYPE.test(key.text) ? [value.text.replaceAll("'", "")] : [];
}
