import { isPattern, matchesPattern } from "../../components/core/repository-pattern";
import { nearest, setCommand, shown } from "../../components/core/messages";
import type { Problem } from "../../components/core/problems";
import { smokeRepository } from "../../components/kubernetes/smoke/script";
import { Target } from "../../components/model/environment";
import type { RepositoryPair } from "./copier";
import type { Side, SideStack } from "./sides";

/** Most problems of one kind that are told one by one. */
export const mostTold = 20;

/** What is wrong with the patterns themselves. */
export function patternProblems(patterns: readonly string[]): Problem[] {
  return patterns
    .filter((pattern) => !/^[a-z0-9*]([a-z0-9._/*-]*[a-z0-9*])?$/.test(pattern))
    .map((pattern) => ({
      key: "--repository",
      message: `${shown(pattern)} is not the name of a repository, nor one with * for any text within a part and ** for any text`,
    }));
}

/** Whether every pattern is the name of a repository, so that nobody need list them. */
export function areNames(patterns: readonly string[]): boolean {
  return patterns.length > 0 && !patterns.some(isPattern);
}

/** Repositories of a managed registry that its stack describes. Others of the account or project may be in it too. */
export function described({ description, addresses }: SideStack): string[] | undefined {
  if (Object.keys(addresses).length === 0) return undefined;
  const names = description?.repositories.map(({ name }) => name) ?? Object.keys(addresses);
  return names.filter((name) => name in addresses);
}

/**
 * The repositories to copy, by their names as people write them.
 * @param listed those of the source
 * @param complete whether it has no others
 */
export function chosen(
  patterns: readonly string[],
  listed: readonly string[],
  { source, complete }: { source: Side; complete: boolean },
): { names: string[]; problems: Problem[] } {
  const candidates = listed.filter(
    (name) => source.stack === undefined || name !== smokeRepository,
  );
  if (patterns.length === 0) return { names: candidates, problems: [] };
  if (!complete && areNames(patterns)) return { names: [...new Set(patterns)], problems: [] };
  const names = candidates.filter((name) =>
    patterns.some((pattern) => matchesPattern(pattern, name)),
  );
  const problems = patterns
    .filter((pattern) => !candidates.some((name) => matchesPattern(pattern, name)))
    .map((pattern) => {
      const meant = nearest(pattern, candidates);
      const some = candidates.slice(0, mostTold).join(", ") || "none";
      const rest = candidates.length > mostTold ? ` and ${candidates.length - mostTold} more` : "";
      const ending =
        meant === undefined ? `, which has ${some}${rest}` : `; did you mean ${meant}?`;
      return {
        key: "--repository",
        message: `${shown(pattern)} matches no repository of ${source.name}${ending}`,
      };
    });
  return { names, problems };
}

/** The address of a repository without the host. */
function pathIn(side: Side, name: string): string {
  const address = side.stack?.addresses[name];
  return address === undefined ? `${side.prefix}${name}` : address.slice(address.indexOf("/") + 1);
}

/**
 * Each repository by its name in both registries.
 * @returns problems of the names that the target does not take, as far as its stack's description tells
 */
export function paired(
  names: readonly string[],
  from: Side,
  to: Side,
): { pairs: RepositoryPair[]; problems: Problem[] } {
  const problems = names.flatMap((name) => (to.stack === undefined ? [] : untaken(name, to.stack)));
  const pairs = names.map((name) => ({ from: pathIn(from, name), to: pathIn(to, name) }));
  return { pairs, problems };
}

/** The problem of a repository that a managed target does not have, and would not create. */
function untaken(name: string, stack: SideStack): Problem[] {
  const { addresses, description, target } = stack;
  if (name in addresses) return [];
  const created = {
    [Target.Aws]: () =>
      description?.aws.creationTemplates.some(
        ({ appliedFor, prefix }) =>
          appliedFor.includes("createOnPush") && (prefix === "ROOT" || name.startsWith(prefix)),
      ) ?? false,
    [Target.Gcp]: () => false,
    // A push creates every repository there, and on the self-hosted targets.
    [Target.Azure]: () => true,
    [Target.Docker]: () => true,
    [Target.Kubernetes]: () => true,
  }[target]();
  if (created) return [];
  const index = description?.repositories.length ?? 0;
  const more =
    target === Target.Aws
      ? "; ECR creates it on push where a template of wharf:aws.creationTemplates is applied for createOnPush"
      : "";
  return [
    {
      key: name,
      message: `is not a repository of stack ${stack.name}${more}`,
      fix: `${setCommand(["repositories", index, "name"], name)} --stack ${stack.name}`,
    },
  ];
}
