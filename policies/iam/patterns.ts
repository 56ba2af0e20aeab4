/** What an IAM document asks and answers with: a request's context, by keys in lower case. */
export type IamContext = ReadonlyMap<string, readonly string[]>;

/** `*` and `?` of a pattern, apart from those that it means literally. */
const [any, one] = ["\u0001", "\u0002"];

/**
 * A pattern of an IAM document with its policy variables put in; undefined where the context does not have one of them, since nothing
 * matches then (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html).
 */
function resolved(pattern: string, context: IamContext): string | undefined {
  let missing = false;
  const text = pattern
    .replaceAll("*", any)
    .replaceAll("?", one)
    .replace(/\$\{([^}]*)\}/g, (_, inner: string) => {
      if (inner === any) return "*";
      if (inner === one) return "?";
      if (inner === "$") return "$";
      const [key = "", ...fallback] = inner.split(",");
      const [value] = context.get(key.trim().toLowerCase()) ?? [];
      const given = value ?? fallback.join(",").match(/^\s*'(.*)'\s*$/)?.[1];
      missing ||= given === undefined;
      return given ?? "";
    });
  return missing ? undefined : text;
}

/** Whether a text is of a pattern of an IAM document; undefined where the pattern has a variable that the request does not have. */
export type Match = (pattern: string, text: string, context: IamContext) => boolean | undefined;

export const matches: Match = (pattern, text, context) => {
  const given = resolved(pattern, context);
  return given === undefined ? undefined : glob(given, text);
};

/** Whether two texts are the same, once the variables of the first are put in. */
export const equals: Match = (pattern, text, context) => {
  const given = resolved(pattern, context);
  return given === undefined ? undefined : written(given) === text;
};

/** Whether an ARN is of a pattern: each of its six parts by itself, so that no `*` reaches past a colon of the first five. */
export const matchesArn: Match = (pattern, arn, context) => {
  const given = resolved(pattern, context);
  if (given === undefined) return undefined;
  const [wanted, parts] = [partsOf(given), partsOf(arn)];
  return (
    wanted.length === parts.length && wanted.every((part, index) => glob(part, parts[index] ?? ""))
  );
};

const written = (pattern: string) => pattern.replaceAll(any, "*").replaceAll(one, "?");

/** The parts of an ARN: arn, partition, service, region, account, resource. */
export function partsOf(arn: string): string[] {
  const all = arn.split(":");
  return all.length > 6 ? [...all.slice(0, 5), all.slice(5).join(":")] : all;
}

/** A text that a pattern matches. */
export function exampleOf(pattern: string): string {
  return pattern.replace(/\$\{([*?$])\}|[*?]/g, (_, literal?: string) => literal ?? "x");
}

/** Matches from the left and goes back only to the last `*`, so that no pattern takes longer than its length by the text's. */
function glob(pattern: string, text: string): boolean {
  let [at, position, star, resume] = [0, 0, -1, 0];
  while (position < text.length) {
    if (pattern[at] === any) {
      [star, resume] = [at, position];
      at += 1;
    } else if (pattern[at] === one || (at < pattern.length && pattern[at] === text[position])) {
      at += 1;
      position += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      position = resume;
    } else return false;
  }
  while (pattern[at] === any) at += 1;
  return at === pattern.length;
}
