import { unknownName, repeated } from "../../core/names";
import type { Rule } from "../../core/rule";
import type { GcpDescription } from "../settings";
import { principalProblems } from "../../access/principals";
import { roles } from "../../model/access";
import { removeCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";

/** All principals of the description's access lists. */
function granted({
  access,
  repositories,
}: Pick<GcpDescription, "access" | "repositories">): string[] {
  const lists = [access, ...repositories].flatMap((of) => roles.flatMap((role) => of[role]));
  return [...new Set(lists)];
}

/** Problems of conditions: on a principal without a grant, or twice on the same. */
function conditionProblems({ gcp: { conditions }, ...parsed }: GcpDescription): Problem[] {
  const principals = granted(parsed);
  return [
    ...conditions.flatMap(({ principal }, index) =>
      unknownName(["gcp", "conditions", index, "principal"], principal, principals, {
        predicate: "is granted nothing by this description",
        ending: "",
        fix: removeCommand(["gcp", "conditions", index]),
      }),
    ),
    ...repeated(
      ["gcp", "conditions"],
      conditions.map(({ principal }) => (principals.includes(principal) ? principal : undefined)),
      {
        attribute: "principal",
        message: (principal, first) =>
          `"${principal}" has a condition already, ${first}; join the two expressions by && or ||`,
      },
    ),
  ];
}

/** Rules about access, only for Google Cloud. */
export const accessRules: Rule<GcpDescription>[] = [
  { needs: ["access", "repositories"], find: (d) => principalProblems("gcp", d) },
  { needs: ["access", "repositories", "gcp"], find: conditionProblems },
];
