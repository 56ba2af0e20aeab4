import { Role } from "../../model/access";
import { keyOf, removeCommand } from "../../core/messages";
import { repeated, unknownName } from "../../core/names";
import type { Path } from "../../core/fields";
import type { Problem } from "../../core/problems";
import type { Rule } from "../../core/rule";
import {
  artifactRegistryLimits,
  compileShared,
  overlapping,
} from "../../retention/artifact-registry";
import { heldIn } from "../repository-ids";
import type { GcpDescription } from "../settings";

type Described = Pick<GcpDescription, "gcp" | "repositories">;

/** A described repository whose images are in a shared one, and its place in the list. */
interface Member {
  index: number;
  image: string;
  settings: GcpDescription["repositories"][number];
}

/** The members of each shared repository, by its id. */
function membersOf({ gcp, repositories }: Described): Map<string, Member[]> {
  const members = new Map<string, Member[]>(gcp.sharedRepositories.map((id) => [id, []]));
  repositories.forEach((settings, index) => {
    const { id, image, shared } = heldIn(settings.name, gcp);
    if (shared) members.get(id)?.push({ index, image, settings });
  });
  return members;
}

function nameProblems({ gcp, repositories }: Described): Problem[] {
  const members = membersOf({ gcp, repositories });
  const firsts = repositories
    .map(({ name }) => name)
    .filter((name) => name.includes("/"))
    .map((name) => name.slice(0, name.indexOf("/")));
  return [
    ...repeated(["gcp", "sharedRepositories"], gcp.sharedRepositories),
    ...gcp.sharedRepositories.flatMap((id, index) => {
      const path = ["gcp", "sharedRepositories", index];
      return (members.get(id) ?? []).length > 0
        ? []
        : unknownName(path, id, firsts, {
            predicate: "holds no repository of this description",
            ending: `: none begins with ${id}/`,
            fix: removeCommand(path),
          });
    }),
  ];
}

/** What Artifact Registry has once for a repository, by the key of a described one: equal for all that share it. */
const common: readonly [Path, (settings: Member["settings"]) => unknown][] = [
  [["immutableTags", "enabled"], ({ immutableTags }) => immutableTags.enabled],
  [["scan", "onPush"], ({ scan }) => scan.onPush],
  [["retention", "dryRun"], ({ retention }) => retention.dryRun],
  ...Object.values(Role).map((role): [Path, (settings: Member["settings"]) => unknown] => [
    [role],
    (settings) => [...settings[role]].sort(),
  ]),
];

/** The first difference of each member from the first one. */
function differenceProblems(described: Described): Problem[] {
  return [...membersOf(described)].flatMap(([id, [first, ...others]]) => {
    if (first === undefined) return [];
    return others.flatMap(({ index, settings }) => {
      const different = common.find(
        ([, of]) => JSON.stringify(of(settings)) !== JSON.stringify(of(first.settings)),
      );
      return different === undefined
        ? []
        : [
            {
              key: keyOf(["repositories", index, ...different[0]]),
              message: `is not that of ${keyOf(["repositories", first.index])}, ${first.settings.name}: both are images of the repository ${id}, and Artifact Registry has one for all of its images; make them equal, or leave ${id} out of wharf:gcp.sharedRepositories`,
            },
          ];
    });
  });
}

/** Policies by prefix that would be for other images too, or more than a repository may have. */
function retentionProblems(described: Described): Problem[] {
  return [...membersOf(described)].flatMap(([id, members]) => {
    const held = members.map(({ image, settings: { retention } }) => ({ image, retention }));
    const [image, longer] = overlapping(held) ?? [];
    const member = members.find((one) => one.image === longer);
    if (member !== undefined) {
      return [
        {
          key: keyOf(["repositories", member.index, "retention"]),
          message: `differs from that of ${id}/${image}, whose name it begins with: Artifact Registry matches images by how their names begin, so that the policies of ${id}/${image} would be for ${id}/${longer} too; give both the same, or one of them another name`,
        },
      ];
    }
    const { length } = compileShared(held).cleanupPolicies;
    return length <= artifactRegistryLimits.policies
      ? []
      : [
          {
            key: keyOf(["gcp", "sharedRepositories", described.gcp.sharedRepositories.indexOf(id)]),
            message: `needs ${length} cleanup policies for the retention of its images, and a repository has at most ${artifactRegistryLimits.policies}; give more of them the same retention`,
          },
        ];
  });
}

/**
 * Who is granted one image of a shared repository is granted them all, so that all are named.
 * @param also names that another list of the same entry grants at least as much for
 */
function widened(
  list: readonly string[],
  path: Path,
  described: Described,
  also: readonly string[] = [],
): Problem[] {
  return [...membersOf(described)].flatMap(([id, members]) => {
    const names = members.map(({ settings }) => settings.name);
    const missing = names.filter((name) => !list.includes(name) && !also.includes(name));
    return missing.length === 0 || !names.some((name) => list.includes(name))
      ? []
      : [
          {
            key: keyOf(path),
            message: `names only a part of the repository ${id}, and Artifact Registry grants all of its images or none; name ${missing.join(", ")} as well, or leave ${id} out of wharf:gcp.sharedRepositories`,
          },
        ];
  });
}

/** Rules about repositories that hold the images of several described ones. */
export const sharedRepositoryRules: Rule<GcpDescription>[] = [
  { needs: ["gcp", "repositories"], find: nameProblems },
  { needs: ["gcp", "repositories", "access", "retention"], find: differenceProblems },
  { needs: ["gcp", "repositories", "retention"], find: retentionProblems },
  {
    needs: ["gcp", "repositories", "identities", "clusters"],
    find: (d) => [
      ...d.identities.flatMap((identity, i) => [
        ...widened(identity.push, ["identities", i, "push"], d),
        ...widened(identity.pull, ["identities", i, "pull"], d, identity.push),
        ...widened(identity.delete, ["identities", i, "delete"], d),
      ]),
      ...d.clusters.flatMap(({ pull }, i) => widened(pull, ["clusters", i, "pull"], d)),
    ],
  },
];
