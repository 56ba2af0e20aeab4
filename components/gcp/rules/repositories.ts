import { unknownRepository, repositoryNames } from "../../model/repositories";
import { unknownName, repeated } from "../../core/names";
import type { Rule } from "../../core/rule";
import type { GcpDescription } from "../settings";
import { keyOf, removeCommand, setCommand } from "../../core/messages";

import { type Domain, domainLocations } from "../locations";
import { repositoryIdProblems } from "../repository-ids";
import { secretVersionProblems } from "../secret-versions";

/** Rules about caches, only for Google Cloud. */
export const cacheRules: Rule<GcpDescription>[] = [
  {
    needs: ["pullThroughCaches"],
    find: ({ pullThroughCaches: caches }) =>
      caches.flatMap(({ credentials }, i) =>
        secretVersionProblems(
          credentials?.passwordSecret,
          ["pullThroughCaches", i, "credentials", "passwordSecret"],
          "docker-hub",
        ),
      ),
  },
];

/** Every location in which a stack has repositories, the main one first. */
export function repositoryLocations(location: string, domains: readonly Domain[]): string[] {
  return [...new Set([location, ...domains.map((domain) => domainLocations[domain])])];
}

/** Rules about repositories of every mode, and about what names them. */
export const repositoryRules: Rule<GcpDescription>[] = [
  {
    needs: ["repositories", "pullThroughCaches", "gcp"],
    find: (d) =>
      repositoryIdProblems([
        ...d.repositories.map(({ name }, i) => ({ name, path: ["repositories", i, "name"] })),
        ...d.pullThroughCaches.map((cache, i) => ({
          name: cache.name,
          path: ["pullThroughCaches", i, "name"],
        })),
        ...d.gcp.virtualRepositories.map(({ name }, i) => ({
          name,
          path: ["gcp", "virtualRepositories", i, "name"],
        })),
      ]),
  },
  {
    needs: ["repositories", "pullThroughCaches", "gcp"],
    find: (d) => {
      const known = [...repositoryNames(d), ...d.pullThroughCaches.map(({ name }) => name)];
      return d.gcp.virtualRepositories.flatMap(({ upstreams = [] }, i) => {
        const path = ["gcp", "virtualRepositories", i, "upstreams"];
        return [
          ...upstreams.flatMap((name, j) =>
            unknownName([...path, j], name, known, {
              predicate: "is not a repository or cache of this description",
            }),
          ),
          ...repeated(path, upstreams),
        ];
      });
    },
  },
  {
    needs: ["repositories", "gcp"],
    find: ({ gcp: { downloadRules }, repositories }) => [
      ...downloadRules.flatMap(({ repository }, i) =>
        unknownRepository(["gcp", "downloadRules", i, "repository"], repository, { repositories }),
      ),
      ...repeated(
        ["gcp", "downloadRules"],
        downloadRules.map(({ name }) => name),
        { attribute: "name" },
      ),
    ],
  },
  {
    needs: ["repositories"],
    find: ({ repositories }) =>
      repositories.flatMap(({ name }, i) =>
        name in domainLocations
          ? [
              {
                key: keyOf(["repositories", i, "name"]),
                message: `"${name}" is a domain of Container Registry; name it in wharf:gcp.domains`,
                fix: `${removeCommand(["repositories", i])} && ${setCommand(["gcp", "domains", 0], name)}`,
              },
            ]
          : [],
      ),
  },
  { needs: ["gcp"], find: ({ gcp }) => repeated(["gcp", "domains"], gcp.domains) },
];
