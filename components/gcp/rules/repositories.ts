import type { Rule } from "../../core/rule";
import type { GcpDescription } from "../settings";
import type { Path } from "../../core/fields";
import { keyOf, nearest, removeCommand, setCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";

import { type Domain, domainLocations } from "../locations";
import { repositoryIdProblems } from "../repository-ids";
import { secretVersionProblems } from "../secret-versions";

/** Rules about caches that hold on Google Cloud alone. */
export const cacheRules: Rule<GcpDescription>[] = [
  {
    needs: ["caches"],
    find: ({ caches }) =>
      caches.flatMap(({ credentials }, i) =>
        secretVersionProblems(
          credentials?.passwordSecret,
          ["caches", i, "credentials", "passwordSecret"],
          "docker-hub",
        ),
      ),
  },
];

/** Every location that a stack has repositories in, that of most first. */
export function repositoryLocations(location: string, domains: readonly Domain[]): string[] {
  return [...new Set([location, ...domains.map((domain) => domainLocations[domain])])];
}

/** Problems of entries that stand twice in a list. */
function repeated(names: readonly string[], pathOf: (index: number) => Path): Problem[] {
  return names.flatMap((name, index) => {
    const first = names.indexOf(name);
    return first === index
      ? []
      : [
          {
            key: keyOf(pathOf(index)),
            message: `"${name}" stands twice, first in ${keyOf(pathOf(first))}`,
            fix: removeCommand(pathOf(index)),
          },
        ];
  });
}

/** The problem of a name that nothing in the description has. */
function unknownName(name: string, known: readonly string[], path: Path, what: string): Problem[] {
  if (known.includes(name)) return [];
  const meant = nearest(name, known);
  return [
    {
      key: keyOf(path),
      message: `"${name}" is no ${what} of this description${
        meant === undefined ? `, which has ${known.join(", ")}` : `; did you mean ${meant}?`
      }`,
      fix: meant === undefined ? undefined : setCommand(path, meant),
    },
  ];
}

/** Names of the repositories that people push to. */
function described({ repositories }: GcpDescription): string[] {
  return repositories.map(({ name }) => name);
}

/** Rules about repositories of every mode, and about what names them. */
export const repositoryRules: Rule<GcpDescription>[] = [
  {
    needs: ["repositories", "caches", "gcp"],
    find: (d) =>
      repositoryIdProblems([
        ...d.repositories.map(({ name }, i) => ({ name, path: ["repositories", i, "name"] })),
        ...d.caches.map((cache, i) => ({ name: cache.name, path: ["caches", i, "name"] })),
        ...d.gcp.virtuals.map(({ name }, i) => ({ name, path: ["gcp", "virtuals", i, "name"] })),
      ]),
  },
  {
    needs: ["repositories", "caches", "gcp"],
    find: (d) => {
      const upstreams = [...described(d), ...d.caches.map(({ name }) => name)];
      return d.gcp.virtuals.flatMap((virtual, i) => {
        const pathOf = (j: number) => ["gcp", "virtuals", i, "upstreams", j];
        return [
          ...(virtual.upstreams ?? []).flatMap((name, j) =>
            unknownName(name, upstreams, pathOf(j), "repository or cache"),
          ),
          ...repeated(virtual.upstreams ?? [], pathOf),
        ];
      });
    },
  },
  {
    needs: ["repositories", "gcp"],
    find: (d) => [
      ...d.gcp.downloadRules.flatMap(({ repository }, i) =>
        unknownName(
          repository,
          described(d),
          ["gcp", "downloadRules", i, "repository"],
          "repository",
        ),
      ),
      ...repeated(
        d.gcp.downloadRules.map(({ name }) => name),
        (i) => ["gcp", "downloadRules", i, "name"],
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
                message: `"${name}" is a domain of Container Registry; ask for it in wharf:gcp.domains`,
                fix: `${removeCommand(["repositories", i])} && ${setCommand(["gcp", "domains", 0], name)}`,
              },
            ]
          : [],
      ),
  },
  { needs: ["gcp"], find: ({ gcp }) => repeated(gcp.domains, (i) => ["gcp", "domains", i]) },
];
