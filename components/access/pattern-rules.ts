import type { Path } from "../core/fields";
import { keyOf, setCommand, shown } from "../core/messages";
import { repeated } from "../core/names";
import type { Problem } from "../core/problems";
import { isPattern, isRepositoryPattern } from "../core/repository-pattern";
import type { SharedDescription } from "../model/description";
import { unknownRepository } from "../model/repositories";

/** Repositories that a role is for, of which one is neither a known name nor a pattern, or appears twice. */
export function patternProblems(
  path: Path,
  repositories: readonly string[],
  d: Pick<SharedDescription, "repositories">,
): Problem[] {
  return [
    ...repositories.flatMap((text, index): Problem[] => {
      const at = [...path, index];
      if (!isRepositoryPattern(text)) {
        return [
          {
            key: keyOf(at),
            message: `${shown(text)} is not the name of a repository, nor a pattern such as shop/* or shop/**`,
            fix: setCommand(
              at,
              text
                .toLowerCase()
                .replace(/[^a-z0-9._*/-]+/g, "-")
                .replace(/^[/.-]+|[/.-]+$/g, "")
                .replace(/\/{2,}/g, "/")
                .replace(/\*{3,}/g, "**") || "**",
            ),
          },
        ];
      }
      return isPattern(text) ? [] : unknownRepository(at, text, d);
    }),
    ...repeated(path, repositories),
  ];
}
