import { keyOf, removeCommand, setCommand, shown } from "../core/messages";
import { repeated } from "../core/names";
import type { Problem } from "../core/problems";
import type { Rule } from "../core/rule";
import { matchesPattern } from "../core/repository-pattern";
import type { SharedDescription } from "../model/description";
import { selfHosted } from "../model/environment";
import { patternProblems } from "./pattern-rules";

type Groups = Pick<SharedDescription, "groups" | "repositories" | "target" | "users">;

/** Members that are a group, which only principals can be. */
function nestedProblems({ groups }: Groups): Problem[] {
  return groups.flatMap(({ members }, index) =>
    members.flatMap((member, i): Problem[] => {
      const path = ["groups", index, "members", i];
      const other = groups.findIndex(({ name }) => name === member);
      if (other === -1) return [];
      return [
        {
          key: keyOf(path),
          message: `${shown(member)} is the group of ${keyOf(["groups", other])}; a group has no groups, so name its members`,
          fix: removeCommand(path),
        },
      ];
    }),
  );
}

/** Groups whose name a user has too, so that a list could mean either. */
function nameProblems({ groups, users }: Groups): Problem[] {
  return groups.flatMap(({ name }, index) => {
    const other = users.findIndex((user) => user.name === name);
    const path = ["groups", index, "name"];
    return other === -1
      ? []
      : [
          {
            key: keyOf(path),
            message: `${shown(name)} is the name of ${keyOf(["users", other])} as well; a list would name both`,
            fix: setCommand(path, `${name.slice(0, 33)}-group`),
          },
        ];
  });
}

/** Repositories of a group's role. On a cloud a role is given on the described repositories, so that a pattern has to match one. */
function repositoryProblems(d: Groups): Problem[] {
  return d.groups.flatMap(({ repositories }, index) => {
    const path = ["groups", index, "repositories"];
    if (repositories?.length === 0) {
      return [
        {
          key: keyOf(path),
          message: "is empty, so that the role is for no repository; leave it out for all",
          fix: removeCommand(path),
        },
      ];
    }
    const wrong = patternProblems(path, repositories ?? [], d);
    if (wrong.length > 0 || selfHosted.includes(d.target)) return wrong;
    return (repositories ?? []).flatMap((pattern, i) =>
      d.repositories.some(({ name }) => matchesPattern(pattern, name))
        ? []
        : [
            {
              key: keyOf([...path, i]),
              message: `${shown(pattern)} matches no repository of this description, which has ${d.repositories.map(({ name }) => name).join(", ")}`,
            },
          ],
    );
  });
}

/** Rules of `wharf:groups` that hold on every target; who may be a member is the target's. */
export const groupRules: Rule<SharedDescription>[] = [
  {
    needs: ["groups"],
    find: ({ groups }) => [
      ...repeated(
        ["groups"],
        groups.map(({ name }) => name),
        { attribute: "name" },
      ),
      ...groups.flatMap(({ members }, index) => repeated(["groups", index, "members"], members)),
    ],
  },
  { needs: ["groups"], find: nestedProblems },
  { needs: ["groups", "users"], find: nameProblems },
  { needs: ["target", "groups", "repositories"], find: repositoryProblems },
];
