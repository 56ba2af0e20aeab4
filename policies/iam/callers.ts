import { list, type Statement } from "../policy-document";
import { decide, type IamRequest } from "./evaluation";
import { exampleOf, matchesArn, partsOf, type IamContext } from "./patterns";

/** The values that a key of a request's context may have for one who asks; undefined where the request does not have the key. */
export type Choices = (key: string, wanted: readonly string[]) => readonly (string | undefined)[];

/** An account that is nobody's, for one who is not known. */
const strangersAccount = "000000000000";

/**
 * What a caller of an account that is not known brings, by key. A caller decides by itself what is not among them: its tags, its
 * session's name, its user agent (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
 */
const strangers: Record<string, readonly (string | undefined)[]> = {
  "aws:principalorgid": [undefined, "o-0000000000"],
  "aws:principalorgpaths": [undefined, "o-0000000000/r-0000/ou-0000-00000000/"],
  "aws:principalaccount": [strangersAccount],
  "aws:principalisawsservice": ["false"],
  "aws:principalservicename": [undefined],
  "aws:principalservicenameslist": [undefined],
  "aws:sourceaccount": [undefined, strangersAccount],
  "aws:sourcearn": [undefined, `arn:aws:s3:::of-${strangersAccount}`],
  "aws:sourceorgid": [undefined, "o-0000000000"],
  "aws:sourceorgpaths": [undefined, "o-0000000000/r-0000/ou-0000-00000000/"],
  "aws:sourceip": ["198.18.0.1", "3fff::1"],
  "aws:sourcevpc": [undefined, "vpc-00000000000000000"],
  "aws:sourcevpcarn": [
    undefined,
    `arn:aws:ec2:eu-central-1:${strangersAccount}:vpc/vpc-00000000000000000`,
  ],
  "aws:sourcevpce": [undefined, "vpce-00000000000000000"],
  "aws:vpceaccount": [undefined, strangersAccount],
  "aws:vpceorgid": [undefined, "o-0000000000"],
  "aws:vpceorgpaths": [undefined, "o-0000000000/r-0000/ou-0000-00000000/"],
  "aws:viaawsservice": ["false"],
  "aws:calledvia": [undefined],
  "aws:userid": ["AROA00000000000000000:anybody"],
};

/** Somebody of an account that is not known. */
export const stranger = `arn:aws:iam::${strangersAccount}:role/anybody`;

/** What somebody of an account that is not known may bring. */
export const asStranger: Choices = (key, wanted) =>
  key === "aws:principalarn"
    ? [stranger, ...wanted.flatMap(strangersNamed)]
    : (strangers[key] ?? chosen(wanted));

/** What an identity may bring that asks for a repository which nobody tagged for it. */
export const asIdentity: Choices = (key, wanted) =>
  /^(aws|ecr|ecr-public):resourcetag\//.test(key) ? [undefined, "another"] : chosen(wanted);

/** A role of a stranger under a name that a pattern takes, since everybody names roles of an own account. */
function strangersNamed(pattern: string): string[] {
  const parts = partsOf(pattern);
  const arn = parts.map((part, at) => (at === 4 ? strangersAccount : exampleOf(part))).join(":");
  return matchesArn(pattern, arn, new Map()) ? [arn] : [];
}

/** Values that a caller decides: none, one that is not asked for, and those that are. */
export function chosen(wanted: readonly string[]): (string | undefined)[] {
  const asked = wanted.slice(0, 8).flatMap((value) => {
    if (/^-?\d+$/.test(value)) return [value, String(Number(value) - 1), String(Number(value) + 1)];
    if (/^\d{4}-\d\d-\d\d/.test(value)) return [value, "1970-01-02", "2100-01-01"];
    return [exampleOf(value), value.replace(/\/\d+$/, "")];
  });
  return [undefined, "another", ...asked];
}

/** At most so many contexts are tried of a document. */
const most = 4096;

/** Whether one of the requests is allowed by statements, in one of the contexts that whoever asks may bring. */
export function mayAsk(
  statements: readonly Statement[],
  requests: readonly Omit<IamRequest, "context">[],
  choices: Choices,
): boolean {
  for (const context of contextsOf(statements, choices)) {
    if (requests.some((one) => decide(statements, { ...one, context }) === "Allowed")) return true;
  }
  return false;
}

function* contextsOf(statements: readonly Statement[], choices: Choices): Generator<IamContext> {
  const wanted = new Map<string, string[]>();
  for (const { Condition = {} } of statements) {
    for (const keys of Object.values(Condition)) {
      for (const [key, values] of Object.entries(keys ?? {})) {
        const name = key.toLowerCase();
        wanted.set(name, [...(wanted.get(name) ?? []), ...list<unknown>(values).map(String)]);
      }
    }
  }
  const keys = [...wanted].map(
    ([key, values]) => [key, [...new Set(choices(key, values))]] as const,
  );
  const total = keys.reduce((product, [, values]) => product * values.length, 1);
  for (let number = 0; number < Math.min(total, most); number += 1) {
    const context = new Map<string, readonly string[]>();
    let rest = number;
    for (const [key, values] of keys) {
      const value = values[rest % values.length];
      rest = Math.floor(rest / values.length);
      if (value !== undefined) context.set(key, [value]);
    }
    yield context;
  }
}
