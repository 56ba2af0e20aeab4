import type { Rule } from "../../core/rule";
import type { GcpDescription } from "../settings";
import { principalProblems } from "../../access/principals";
import { roles } from "../../model/access";
import { keyOf, nearest, removeCommand, setCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";

/** Everyone whom the description grants anything. */
function granted({
  access,
  repositories,
}: Pick<GcpDescription, "access" | "repositories">): string[] {
  const lists = [access, ...repositories].flatMap((of) => roles.flatMap((role) => of[role]));
  return [...new Set(lists)];
}

/** Problems of conditions: on a principal that is granted nothing, or twice on the same. */
function conditionProblems({ gcp: { conditions }, ...parsed }: GcpDescription): Problem[] {
  const principals = granted(parsed);
  return conditions.flatMap(({ principal }, index): Problem[] => {
    const path = ["gcp", "conditions", index, "principal"];
    const key = keyOf(path);
    if (!principals.includes(principal)) {
      const meant = nearest(principal, principals);
      return [
        {
          key,
          message: `"${principal}" is granted nothing by this description${meant === undefined ? "" : `; did you mean ${meant}?`}`,
          fix:
            meant === undefined
              ? removeCommand(["gcp", "conditions", index])
              : setCommand(path, meant),
        },
      ];
    }
    const first = conditions.findIndex((other) => other.principal === principal);
    return first === index
      ? []
      : [
          {
            key,
            message: `"${principal}" has a condition already, ${keyOf(["gcp", "conditions", first])}; join the two expressions by && or ||`,
            fix: removeCommand(["gcp", "conditions", index]),
          },
        ];
  });
}

/** Rules about who may do what that hold on Google Cloud alone. */
export const accessRules: Rule<GcpDescription>[] = [
  { needs: ["access", "repositories"], find: (d) => principalProblems("gcp", d) },
  { needs: ["access", "repositories", "gcp"], find: conditionProblems },
];
