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

/** Rules about keyless identities, only for Google Cloud. */
export const identityRules: Rule<GcpDescription>[] = [
  { needs: ["identities"], find: subjectProblems },
  { needs: ["identities"], find: patternProblems },
  { needs: ["identities"], find: attributeProblems },
  { needs: ["identities"], find: conditionProblems },
];
