import { unknownRepository, repositoryNames } from "../../model/repositories";
import { unknownName, repeated } from "../../core/names";
import { type Rule, wrote, type Written } from "../../core/rule";
import { expiresTagged } from "../../model/retention";
import type { GcpDescription } from "../settings";
import { keyOf, removeCommand, setCommand } from "../../core/messages";
import type { Path } from "../../core/fields";
import type { Problem } from "../../core/problems";

import { type Domain, domainLocations } from "../locations";
import { heldIn, repositoryIdProblems } from "../repository-ids";
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

/**
 * Problems of repositories with immutable tags whose tagged images are to be deleted: Artifact Registry refuses to delete a tagged
 * image there, also for cleanup policies (cloud.google.com/artifact-registry/docs/docker/names#versions). Each pair of blocks is
 * reported once, with all repositories that it is for.
 */
function immutableExpiryProblems(
  { repositories }: Pick<GcpDescription, "repositories">,
  written: Written,
): Problem[] {
  const blockOf = (key: string, index: number): Path =>
    wrote(written, ["repositories", index, key]) ? ["repositories", index, key] : [key];
  const found = new Map<string, { retention: Path; tags: Path; keys: string[]; names: string[] }>();
  repositories.forEach(({ name, immutableTags, retention }, index) => {
    if (!immutableTags.enabled || !expiresTagged(retention)) return;
    const blocks = {
      retention: blockOf("retention", index),
      tags: blockOf("immutableTags", index),
      keys: (["keepLast", "expireAfterDays"] as const).filter(
        (key) => retention[key] !== undefined,
      ),
    };
    const id = `${keyOf(blocks.retention)} ${keyOf(blocks.tags)}`;
    const { names = [] } = found.get(id) ?? {};
    found.set(id, { ...blocks, names: [...names, name] });
  });
  return [...found.values()].map(({ retention, tags, keys, names }) => ({
    key: keyOf(retention),
    message: `Artifact Registry deletes no tagged image in a repository with immutable tags, as in ${names.join(", ")}; leave out ${keys.join(" and ")}, or let the tags move`,
    fix: setCommand([...tags, "enabled"], false),
  }));
}

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
        ...[...new Set(d.gcp.sharedRepositories)].map((name, i) => ({
          name,
          path: ["gcp", "sharedRepositories", i],
        })),
        ...d.repositories.flatMap(({ name }, i) =>
          heldIn(name, d.gcp).shared ? [] : [{ name, path: ["repositories", i, "name"] }],
        ),
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
  { needs: ["immutableTags", "retention", "repositories"], find: immutableExpiryProblems },
];
