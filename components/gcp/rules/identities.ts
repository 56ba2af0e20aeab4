import type { Rule } from "../../core/rule";
import type { GcpDescription } from "../settings";
import { keyOf } from "../../core/messages";
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

/** Problems of identities whose tokens Google would refuse for the length of their subject. */
function subjectProblems({ identities }: GcpDescription): Problem[] {
  return identities.flatMap((identity, i) => {
    const subject = subjectOf(identity);
    if (!hasOneSubject(identity) || subject.length <= longestSubject) return [];
    return [
      {
        key: keyOf(["identities", i]),
        message: `its tokens have the subject ${subject}, ${subject.length} characters; Google Cloud takes ${longestSubject} at most, so give the branch, tag or environment a shorter name`,
      },
    ];
  });
}

/** Problems of patterns that are longer than what derives an attribute may be. */
function patternProblems({ identities }: GcpDescription): Problem[] {
  return identities.flatMap((identity, i) => {
    const lengths = Object.values(attributeMapping([identity])).map(({ length }) => length);
    const length = Math.max(...lengths);
    if (length <= longestExpression) return [];
    return [
      {
        key: keyOf(["identities", i]),
        message: `its pattern makes an expression of ${length} characters; Google Cloud takes ${longestExpression} at most, so shorten it`,
      },
    ];
  });
}

/** The problem of an issuer with more patterns than Google derives attributes for. */
function attributeProblems({ identities }: GcpDescription): Problem[] {
  return [...new Set(identities.map(issuerUrl))].flatMap((issuer) => {
    const patterns = identities.filter(
      (identity) => issuerUrl(identity) === issuer && !hasOneSubject(identity),
    );
    if (patterns.length <= mostAttributes) return [];
    return [
      {
        key: keyOf(["identities"]),
        message: `${patterns.length} identities of ${issuer} are for patterns; Google Cloud tells ${mostAttributes} apart, so describe some of them in another stack`,
      },
    ];
  });
}

/** The problem of an issuer with more projects than a condition of Google's can name. */
function conditionProblems({ identities }: GcpDescription): Problem[] {
  return [...new Set(identities.map(issuerUrl))].flatMap((issuer) => {
    const own = identities.filter((identity) => issuerUrl(identity) === issuer);
    const { length } = attributeCondition(own);
    if (length <= longestCondition) return [];
    return [
      {
        key: keyOf(["identities"]),
        message: `the projects of ${issuer} make a condition of ${length} characters; Google Cloud takes ${longestCondition} at most, so describe some of them in another stack`,
      },
    ];
  });
}

/** Rules about keyless identities that hold on Google Cloud alone. */
export const identityRules: Rule<GcpDescription>[] = [
  { needs: ["identities"], find: subjectProblems },
  { needs: ["identities"], find: patternProblems },
  { needs: ["identities"], find: attributeProblems },
  { needs: ["identities"], find: conditionProblems },
];
