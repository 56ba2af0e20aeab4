import { isDocumented, issuerOf, type Issuer } from "../issuers";
import { list, type Statement } from "../policy-document";
import { chosen, mayAsk, type Choices } from "./callers";
import { isAction } from "./evaluation";
import { exampleOf } from "./patterns";

const action = "sts:AssumeRoleWithWebIdentity";
const role = "arn:aws:iam::123456789012:role/any";

/** A value that no token of your own has. */
const foreign = "someone-else";

/** What is wrong with a statement that lets tokens of an issuer in. */
export interface OpenTrust {
  index: number;
  statement: Statement;
  issuer: Issuer;
  /** Which token gets in that should not: one for another service, or one of anybody. */
  open: "audience" | "project";
}

/** The statements of a trust policy by which a token gets in that its owner did not mean. */
export function openTrusts(statements: readonly Statement[]): OpenTrust[] {
  const denied = statements.filter(({ Effect }) => Effect === "Deny");
  return [...statements.entries()].flatMap(([index, statement]) => {
    if (statement.Effect !== "Allow" || !isAction(statement, { action })) return [];
    return issuersIn(statement).flatMap(([principal, address]) => {
      const issuer = issuerOf(address);
      const opens = (choices: Choices) =>
        mayAsk([statement, ...denied], [{ action, resource: role, principal }], choices);
      const found: OpenTrust["open"][] = [];
      if (opens(forAnother(address))) found.push("audience");
      if (issuer.isOwn !== true && opens(ofAnybody(address, issuer))) found.push("project");
      // Where the audience names the owner, the one says what the other would.
      const told = "aud" in issuer.projects && found.length > 1 ? found.slice(1) : found;
      return told.map((open) => ({ index, statement, issuer, open }));
    });
  });
}

/** Issuers that a statement names, each as it is written and by its address, which conditions repeat. */
function issuersIn({ Principal, Condition = {} }: Statement): [string, string][] {
  if (typeof Principal === "string" || Principal === undefined) return [];
  const keys = Object.values(Condition).flatMap((one) => Object.keys(one ?? {}));
  const asked = keys.map((key) => /^(.+):(aud|sub)$/i.exec(key)?.[1]).find((one) => one);
  return list(Principal.Federated)
    .filter((one) => typeof one === "string" && !one.includes(":saml-provider/"))
    .map((one) => [
      one,
      /:oidc-provider\/(.+)$/.exec(one)?.[1] ?? (one.startsWith("arn:") && asked ? asked : one),
    ]);
}

/** The claim that a condition key is for; undefined where it is another key. */
function claimOf(key: string, address: string): string | undefined {
  const prefix = `${address.toLowerCase()}:`;
  return key.startsWith(prefix) ? key.slice(prefix.length) : undefined;
}

/** A token of the right project that was made for another service. */
function forAnother(address: string): Choices {
  return (key, wanted) => (claimOf(key, address) === "aud" ? [foreign] : chosen(wanted));
}

/** A token of somebody else: it says what its owner likes, but not what names the project. */
function ofAnybody(address: string, { projects, tags = {} }: Issuer): Choices {
  return (key, wanted) => {
    const claim = claimOf(key, address);
    // STS takes the session tags of a web identity from its token, and from nowhere else.
    const tag = /^aws:requesttag\/(.+)$/.exec(key)?.[1] ?? "";
    const named = claim === undefined ? tags[tag] : projects[claim];
    if (named === undefined) return chosen(wanted);
    const others = wanted.filter((one) => !named.test(unescaped(one))).map(exampleOf);
    // A token has every claim, and the tags that its job asked for.
    return [...(claim === undefined ? [undefined] : []), foreign, ...others];
  };
}

/** A pattern in which what is meant literally is not a wildcard. */
const unescaped = (pattern: string) => pattern.replace(/\$\{[*?$]\}/g, "x");

/** How a message names the issuer. */
export function nameOfIssuer(issuer: Issuer): string {
  return isDocumented(issuer) ? issuer.name : "its issuer";
}
