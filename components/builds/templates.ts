import { tagWords, type Build, type TagWord } from "./settings";

/** A piece of a tag template: plain text, or a word that the build fills in. */
export type TemplatePart = { text: string } | { word: TagWord };

/** Length of the longest tag (OCI distribution specification 1.1, "Pulling manifests"). */
export const longestTag = 128;

/**
 * Most characters that each word brings; those of `branch`, `tag` and `semver` are as long as a person makes them, so that
 * they get what is left. A commit is a SHA-1, and a build of Cloud Build has a UUID.
 */
const widths: Partial<Record<TagWord, number>> = { commit: 40, shortCommit: 7, build: 36, date: 8 };

/** Whether a text is a word that stands in braces in tag templates. */
export function isTagWord(word: string): word is TagWord {
  return Object.hasOwn(tagWords, word);
}

/** The pieces of a tag template. What stands in braces and is no known word is text; the rules refuse it. */
export function templateParts(template: string): TemplatePart[] {
  return template
    .split(/(\{[^{}]*\})/)
    .filter((piece) => piece !== "")
    .map((piece) => {
      const word = /^\{(.*)\}$/.exec(piece)?.[1] ?? "";
      return isTagWord(word) ? { word } : { text: piece };
    });
}

/** The words that a template holds in braces, known or not. */
export function wordsIn(template: string): string[] {
  return [...template.matchAll(/\{([^{}]*)\}/g)].map(([, word = ""]) => word);
}

/** Every known word that any tag of a build holds. */
export function usedWords({ tags }: Pick<Build, "tags">): Set<TagWord> {
  return new Set(tags.flatMap(wordsIn).filter(isTagWord));
}

/** Characters of a tag that are left for names of branches and Git tags; below zero where the rest is too long by itself. */
export function roomLeft(template: string): number {
  return templateParts(template)
    .map((part) => ("word" in part ? (widths[part.word] ?? 0) : part.text.length))
    .reduce((room, length) => room - length, longestTag);
}

/** Most characters that each name of a branch or Git tag may bring to a tag of this template, so that the tag is not too long. */
export function roomForNames(template: string): number {
  const names = templateParts(template).filter(isName).length;
  return Math.floor(roomLeft(template) / Math.max(1, names));
}

/** Whether a piece is a name that a person gave, as long as it may be. */
export function isName(part: TemplatePart): boolean {
  return "word" in part && widths[part.word] === undefined;
}

/** A branch or Git tag as a registry's tag takes it: - for what no tag may hold, _ for a . or - that would stand first. */
export function asTag(name: string): string {
  return name.replace(/[^\w.-]/g, "-").replace(/^[.-]/, "_");
}
