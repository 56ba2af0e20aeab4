import type { Rule } from "../../core/rule";
import type { GcpDescription } from "../settings";
import { keyOf, removeCommand } from "../../core/messages";
import { unknownName } from "../../core/names";
import { isToken } from "../../core/tokens";
import type { Problem } from "../../core/problems";

import { issuerUrl, subjectOf } from "../../identities/subject";
import {
  attributeCondition,
  attributeMapping,
  hasOneSubject,
  longestCondition,
  longestExpression,
  longestSubject,
  mostAttributes,
} from "../identities/conditions";

/** Problems of identities whose subject is too long for Google. */
function subjectProblems({ identities }: GcpDescription): Problem[] {
  return identities.flatMap((identity, i) => {
    const subject = subjectOf(identity);
    if (!hasOneSubject(identity) || subject.length <= longestSubject) return [];
    return [
      {
        key: keyOf(["identities", i]),
        message: `its tokens have the subject ${subject}, ${subject.length} characters; Google Cloud accepts ${longestSubject} at most, so give the branch, tag or environment a shorter name`,
      },
    ];
  });
}

/** Problems of patterns whose expression for an attribute is too long. */
function patternProblems({ identities }: GcpDescription): Problem[] {
  return identities.flatMap((identity, i) => {
    const lengths = Object.values(attributeMapping([identity])).map(({ length }) => length);
    const length = Math.max(...lengths);
    if (length <= longestExpression) return [];
    return [
      {
        key: keyOf(["identities", i]),
        message: `its pattern makes an expression of ${length} characters; Google Cloud accepts ${longestExpression} at most, so shorten it`,
      },
    ];
  });
}

/** The problem of an issuer with more patterns than Google allows attributes. */
function attributeProblems({ identities }: GcpDescription): Problem[] {
  return [...new Set(identities.map(issuerUrl))].flatMap((issuer) => {
    const patterns = identities.filter(
      (identity) => issuerUrl(identity) === issuer && !hasOneSubject(identity),
    );
    if (patterns.length <= mostAttributes) return [];
    return [
      {
        key: keyOf(["identities"]),
        message: `${patterns.length} identities of ${issuer} have patterns; Google Cloud allows ${mostAttributes}, so describe some of them in another stack`,
      },
    ];
  });
}

/** The problem of an issuer with more projects than fit in a condition. */
function conditionProblems({ identities }: GcpDescription): Problem[] {
  return [...new Set(identities.map(issuerUrl))].flatMap((issuer) => {
    const own = identities.filter((identity) => issuerUrl(identity) === issuer);
    const { length } = attributeCondition(own);
    if (length <= longestCondition) return [];
    return [
      {
        key: keyOf(["identities"]),
        message: `the projects of ${issuer} make a condition of ${length} characters; Google Cloud accepts ${longestCondition} at most, so describe some of them in another stack`,
      },
    ];
  });
}

/** Problems of keys of issuers: of one that no identity has, and of a text that holds no keys. */
function jwksProblems({ gcp, identities }: GcpDescription): Problem[] {
  const issuers = [...new Set(identities.map(issuerUrl))];
  return Object.entries(gcp.jwks).flatMap(([issuer, keys]) => {
    const path = ["gcp", "jwks", issuer];
    const unknown = unknownName(path, issuer, issuers, {
      predicate: "is not an issuer of wharf:identities",
      fix: removeCommand(path),
      set: () => removeCommand(path),
    });
    if (unknown.length > 0 || isToken(keys) || holdsKeys(keys)) return unknown;
    return [
      {
        key: keyOf(path),
        message: `is not a JSON Web Key Set, as in {"keys": [{"kty": "RSA", ...}]}`,
        fix: `pulumi config set --path '${keyOf(path)}' "$(curl --silent --fail ${issuer}/oauth/discovery/keys)"`,
      },
    ];
  });
}

/** Whether a text is a JSON Web Key Set (RFC 7517) with at least one key. */
function holdsKeys(text: string): boolean {
  try {
    const { keys } = JSON.parse(text) as { keys?: unknown };
    return Array.isArray(keys) && keys.length > 0;
  } catch {
    return false;
  }
}

/** Rules about keyless identities, only for Google Cloud. */
export const identityRules: Rule<GcpDescription>[] = [
  { needs: ["identities"], find: subjectProblems },
  { needs: ["identities"], find: patternProblems },
  { needs: ["identities"], find: attributeProblems },
  { needs: ["identities"], find: conditionProblems },
  { needs: ["identities", "gcp"], find: jwksProblems },
];
