import type { LinkButton, Mrkdwn, SlackBlock, SlackMessage } from "./block-kit.ts";
import { LIMITS } from "./limits.ts";

/** Why Slack would refuse a message, or show something else than its author meant; `[]` if neither. */
export function checkMessage(message: SlackMessage): string[] {
  const ids = message.blocks.flatMap(({ block_id }) => (block_id === undefined ? [] : [block_id]));
  return [
    ...checkLength("text", message.text, LIMITS.text),
    ...checkCharacters("text", message.text),
    ...checkCount("blocks", message.blocks.length, LIMITS.blocks),
    ...ids.flatMap((id) => checkLength(`block_id ${id}`, id, LIMITS.blockId)),
    ...(new Set(ids).size < ids.length ? ["a block_id stands twice"] : []),
    ...message.blocks.flatMap((block, index) => checkBlock(block, `blocks[${index}]`)),
  ];
}

function checkBlock(block: SlackBlock, path: string): string[] {
  switch (block.type) {
    case "header":
      return [
        ...checkLength(path, block.text.text, LIMITS.header),
        ...checkCharacters(path, block.text.text),
        ...(block.text.type === "plain_text" ? [] : [`${path} must be plain_text`]),
      ];
    case "section":
      return [
        ...(block.text === undefined && block.fields === undefined ? [`${path} has neither text nor fields`] : []),
        ...(block.text === undefined ? [] : checkMrkdwn(block.text, `${path}.text`, LIMITS.sectionText)),
        ...(block.fields === undefined ? [] : checkCount(`${path}.fields`, block.fields.length, LIMITS.fields)),
        ...(block.fields ?? []).flatMap((field, index) =>
          checkMrkdwn(field, `${path}.fields[${index}]`, LIMITS.fieldText),
        ),
      ];
    case "context":
      return [
        ...checkCount(`${path}.elements`, block.elements.length, LIMITS.contextElements),
        ...block.elements.flatMap((element, index) =>
          checkMrkdwn(element, `${path}.elements[${index}]`, LIMITS.textObject),
        ),
      ];
    case "actions":
      return [
        ...checkCount(`${path}.elements`, block.elements.length, LIMITS.buttons),
        ...block.elements.flatMap((button, index) => checkButton(button, `${path}.elements[${index}]`)),
        ...(new Set(block.elements.map(({ action_id }) => action_id)).size < block.elements.length
          ? [`${path} has an action_id twice`]
          : []),
      ];
  }
}

function checkButton({ text, url, action_id }: LinkButton, path: string): string[] {
  return [
    ...checkLength(`${path}.text`, text.text, LIMITS.buttonText),
    ...checkCharacters(`${path}.text`, text.text),
    ...checkLength(`${path}.url`, url, LIMITS.buttonUrl),
    ...(/^https?:\/\/[!-~]+$/.test(url) && !/[<>|`"]/.test(url) ? [] : [`${path}.url is no web address`]),
    ...checkLength(`${path}.action_id`, action_id, LIMITS.actionId),
  ];
}

function checkMrkdwn({ text, verbatim }: Mrkdwn, path: string, longest: number): string[] {
  // Web links of ours are the only markup in angle brackets.
  const withoutLinks = text.replace(/<https?:\/\/[^<>|\s`]+\|[^<>|`]+>/g, "");
  const fences = text.split("```");
  const inline = fences.filter((_, index) => index % 2 === 0).flatMap((part) => part.split("\n"));
  return [
    ...checkLength(path, text, longest),
    ...checkCharacters(path, withoutLinks),
    ...(verbatim ? [] : [`${path} is not verbatim`]),
    ...(fences.length % 2 === 0 ? [`${path} leaves a code block open`] : []),
    ...(fences.some((part, index) => index % 2 === 1 && part.includes("`"))
      ? [`${path} holds a backtick in a code block`]
      : []),
    ...(inline.some((line) => line.split("`").length % 2 === 0) ? [`${path} leaves inline code open`] : []),
  ];
}

function checkCharacters(path: string, text: string): string[] {
  return [
    ...(/[<>]/.test(text) ? [`${path} holds a bare < or >`] : []),
    ...(/&(?!(?:amp|lt|gt);)/.test(text) ? [`${path} holds a bare &`] : []),
    // Line breaks are ours; every other control or direction character is somebody's trick.
    ...(/(?!\n)[\p{Cc}\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(text)
      ? [`${path} holds a hidden character`]
      : []),
    ...(text.isWellFormed() ? [] : [`${path} holds half a surrogate pair`]),
  ];
}

function checkLength(path: string, text: string, longest: number): string[] {
  if (text.trim() === "") return [`${path} is empty`];
  return text.length > longest ? [`${path} has ${text.length} characters, more than ${longest}`] : [];
}

function checkCount(path: string, count: number, most: number): string[] {
  if (count === 0) return [`${path} is empty`];
  return count > most ? [`${path} holds ${count}, more than ${most}`] : [];
}
