// The words of this project: plain English, and those of Pulumi, Docker, OCI and Kubernetes. CONTRIBUTING.md shows the table, and
// `npm run lint` holds comments, strings and pages to it by the ESLint rule below.

/** Words to avoid as a regular expression, an example of them, and what to write. */
export const glossary = [
  {
    avoid: /\b(to be|(cannot|can|could) (not )?be|(is|are|was) (not )?) had\b/,
    example: "is not to be had from ECR",
    use: "ECR does not support it, it is not available",
  },
  {
    avoid: /\b(go|goes|gone) (when|with) (the|a|its|their|it|that)\b/,
    example: "the images go when the stack goes",
    use: "images are deleted with the stack",
  },
  {
    avoid:
      /\b(images?|tags?|registry|claim|volume|stack|lab|it|they|that|which|all|others?) would go\b(?! (on|over|to|back|by|from|unnoticed)\b)/,
    example: "its images would go",
    use: "its images would be deleted",
  },
  {
    avoid: /\b(stack|lab) goes\b(?! (on|over|to|back|by|from)\b)/,
    example: "until the stack goes",
    use: "until the stack is removed",
  },
  {
    avoid: /(?<!\b(leave|leaves|left|leaving|let|stand|stands)\b[^.;:]{0,60})\balone\b/,
    example: "on loopback alone",
    use: "only on loopback",
  },
  {
    avoid: /\b(take|takes|taken|took|taking) on (a|the|this|that|its|one|another) (\w+ )?roles?\b/i,
    example: "take on a role",
    use: "assume a role",
  },
  {
    avoid: /\b(that|which) (is|are) there\b/,
    example: "a namespace that is there",
    use: "an existing namespace",
  },
  {
    avoid:
      /(?<!\b(there|where) )\b(is|are) no (?!(longer|more|less|fewer|better|later|older|newer|larger|smaller|one|doubt|need)\b)/i,
    example: "what is no repository",
    use: "what is not a repository",
  },
  { avoid: /\bknows? no\b/, example: "htpasswd knows no roles", use: "htpasswd has no roles" },
  {
    avoid: /\basks? everyone to\b/,
    example: "ECR asks everyone to log in",
    use: "ECR does not support anonymous pulls",
  },
  {
    avoid: /\bstands? (twice|in the file)\b/,
    example: "the name stands twice",
    use: "the name appears twice",
  },
  {
    avoid:
      /\b(stack|registry|lab|resource|what|that|which)( already)? stands\b(?! (in |for|still)\b)|\bdoes not stand\b/,
    example: "while the stack stands",
    use: "while the stack exists, is up",
  },
  {
    avoid: /\banswers on\b/,
    example: "a lab answers on localhost",
    use: "a lab listens on localhost",
  },
  {
    avoid: /\b(mend|mends|mended|mending|cure|cures|cured)\b/,
    example: "the command that cures it",
    use: "the command that fixes it",
  },
  { avoid: /\banew\b/, example: "is made anew", use: "is made again" },
  { avoid: /\bin clear\b/, example: "a password in clear", use: "in plaintext, unencrypted" },
  {
    avoid: /\bbut for (the|a|an|its|what|one|those|that)\b/,
    example: "all tags but for those of a branch",
    use: "all tags except those of a branch",
  },
  {
    avoid: /\bof (one|another|the owner)'s own\b/,
    example: "a key of one's own",
    use: "your own key, a customer-managed key",
  },
  {
    avoid: /\b(stand|stands|stood) (beside|there|here)\b/,
    example: "a user stands beside a token server",
    use: "is set together with, is in the file",
  },
  {
    avoid: /\btakes? no (?!(part|time|more)\b)/,
    example: "ECR takes no empty policy",
    use: "does not accept, does not support",
  },
  { avoid: /\bfor ever\b/, example: "is kept for ever", use: "is never deleted, forever" },
  {
    avoid: /(?<!\b(not|cannot|can|may|they|to|settings|states|args)) say[,.:;)]/,
    example: "any value, a date say.",
    use: "for example a date",
  },
  { avoid: /\blest\b/, example: "lest it be lost", use: "so that it is not lost" },
  {
    avoid: /\bwithout a word\b/,
    example: "it stopped without a word",
    use: "without an error message",
  },
];

/** Of a page: what is generated from the sources, and what a command prints. Both are written elsewhere. */
const elsewhere =
  /<!-- generated:begin -->.*?<!-- generated:end -->|^```(console|text)?\n.*?^```$/gms;

/** Every avoided word of a text: where it begins and ends, an example of it, and what to write. */
export function avoided(text) {
  // A word may stand on two lines, behind the star of a comment.
  const flat = text
    .replace(/\n[ \t]*(\*|\/\/|#)? ?/g, (lines) => " ".repeat(lines.length))
    .replace(/ {2,}/g, (spaces) => ` ${"\0".repeat(spaces.length - 1)}`);
  return glossary.flatMap(({ avoid, example, use }) =>
    [...flat.matchAll(new RegExp(avoid.source.replaceAll(" ", " \\0*"), `${avoid.flags}g`))].map(
      ({ 0: found, index }) => ({
        found: found.replaceAll("\0", ""),
        index,
        end: index + found.length,
        example,
        use,
      }),
    ),
  );
}

/** ESLint's rule over comments, strings and templates of TypeScript, and over the whole text of any other file. */
const words = {
  meta: {
    type: "suggestion",
    docs: { description: "Plain English, and the words of the field." },
    messages: { avoided: '"{{found}}": where "{{example}}", write "{{use}}".' },
    schema: [],
  },
  create(context) {
    const { sourceCode } = context;
    const check = (text, offset) => {
      for (const { found, index, end, example, use } of avoided(text)) {
        const [start, stop] = [index, end].map((at) => sourceCode.getLocFromIndex(offset + at));
        context.report({
          loc: { start, end: stop },
          messageId: "avoided",
          data: { found, example, use },
        });
      }
    };
    const node = (one) => check(sourceCode.getText(one), one.range[0]);
    return {
      Program(program) {
        if (sourceCode.parserServices.wholeText) {
          check(
            sourceCode.text.replace(elsewhere, (part) => part.replace(/[^\n]/g, " ")),
            0,
          );
        } else sourceCode.getAllComments().forEach(node);
      },
      Literal: (literal) => typeof literal.value === "string" && node(literal),
      TemplateElement: node,
    };
  },
};

/** Reads any text as a program of nothing, so that ESLint's rule sees pages and YAML as well. */
const parser = {
  parseForESLint(text) {
    const loc = {
      start: { line: 1, column: 0 },
      end: { line: text.split("\n").length, column: 0 },
    };
    const ast = {
      type: "Program",
      sourceType: "module",
      body: [],
      tokens: [],
      comments: [],
      range: [0, text.length],
      loc,
    };
    return { ast, services: { wholeText: true } };
  },
};

export default { parser, plugin: { rules: { words } } };
