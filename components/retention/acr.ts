import { stringify } from "yaml";
import { deletes, expiresTagged, type Refusal, type Retention } from "../model/retention";
import { type Difference, isSignature, sentences } from "./listing";
import { matchesPattern, patternSource, signatureTags } from "../model/tag-patterns";

/** What an ACR registry is told of retention: a registry-wide policy, a task that purges, or both. */
export interface AcrRetention {
  /** `policies.retentionPolicy` of a Premium registry, for manifests without tags; undefined where only the task deletes them. */
  retentionPolicy: { status: "enabled"; days: number } | undefined;
  /** The task that deletes tags and manifests without tags; undefined where nothing is deleted. */
  purgeTask: AcrPurgeTask | undefined;
  /** What ACR does differently from the model. */
  differences: string[];
}

/** An ACR task of `acr purge` commands, for an EncodedTask step with a timer trigger. */
export interface AcrPurgeTask {
  /** The commands in order. */
  commands: string[];
  /** The task's file, one step for each command. */
  yaml: string;
  /** The same in base64, as `encodedTaskContent` takes it. */
  encodedTaskContent: string;
  /** When it runs, in the five fields of cron, UTC. */
  schedule: string;
  /** Most seconds that it runs. */
  timeoutSeconds: number;
}

/** A registry whose images are to be cleaned up. */
export interface AcrArgs {
  /** Repositories and what holds for each. */
  repositories: readonly { name: string; retention: Retention }[];
  /** Whether the registry is Premium; only that has a retention policy. */
  premium: boolean;
  /** Whether deleted images stay recoverable for some days; such a registry must not have a retention policy as well. */
  softDelete: boolean;
}

// The version that ACR Tasks itself runs for `acr` (graph/global-defaults-linux.go of acr-builder). `--untagged-only` came with
// 0.18; up to 0.16 `--untagged` took manifests of any age.
const acrCli = "mcr.microsoft.com/acr/acr-cli:0.19";
// Named, so that acr-cli does not depend on a variable of the task's environment (GetRegistryName of cmd/acr/root.go in acr-cli).
const ownRegistry = "{{.Run.Registry}}";
// Every night, since the shortest setting is one day.
const schedule = "0 3 * * *";
// Tasks run for 8 hours at most; acr-cli's own token ends after 3.
const stepTimeoutSeconds = 3 * 3600;
const taskTimeoutSeconds = 8 * 3600;
// Linux allows 128 KiB in one argument, and ACR Tasks passes the whole command to `sh -c` as one.
const longestNames = 60_000;
/** Most days that the retention policy of a Premium registry counts. */
const longestPolicyDays = 365;

/** What ACR cannot do. */
export function refuseAcr(retention: Retention): Refusal[] {
  const refusals: Refusal[] = [];
  if (retention.expireUnpulledAfterDays !== undefined) {
    refusals.push({
      key: "expireUnpulledAfterDays",
      message: "acr purge counts from when a tag last moved, and does not know when it was pulled",
      instead: "set expireAfterDays",
    });
  }
  if (retention.archiveAfterDays !== undefined) {
    refusals.push({
      key: "archiveAfterDays",
      message: "ACR has one storage class only",
      instead: "leave it out",
    });
  }
  if (expiresTagged(retention) && retention.untaggedAfterDays === undefined) {
    refusals.push({
      key: "untaggedAfterDays",
      message:
        "acr purge deletes an expired image's tags first, and without it the image would stay forever",
      instead: "set a number of days",
    });
  }
  return refusals;
}

/** What ACR does differently from the model. */
export const acrDifferences: readonly Difference[] = [
  {
    sentence:
      "acr purge counts tags for keepLast and groups, not images, and only those that are old enough and no pattern keeps: an image with two tags counts twice, and that many old tags stay in addition to the new ones.",
    concerns: ({ keepLast, groups }) => keepLast !== undefined || groups !== undefined,
    shows: (images, { keep, expireAfterDays }) =>
      expireAfterDays !== undefined ||
      images.some(
        (image) =>
          image.tags.length > 1 ||
          image.tags.some((tag) =>
            [...keep, signatureTags].some((pattern) => matchesPattern(pattern, tag)),
          ),
      ),
  },
  {
    sentence:
      "acr purge counts from when a tag last moved and when an image lost its last tag, not from the push: an expired image is deleted untaggedAfterDays after its tags, and an image that stays loses its expired tags.",
    concerns: deletes,
    shows: () => false,
  },
  {
    sentence:
      "acr purge takes a tag away that two of groups name where one of them would keep it: the other counts by itself.",
    concerns: ({ groups = [] }) => groups.length > 1,
    shows: (images, { groups = [] }) =>
      images.some((image) =>
        image.tags.some(
          (tag) =>
            groups.filter(({ tags }) => tags.some((pattern) => matchesPattern(pattern, tag)))
              .length > 1,
        ),
      ),
  },
  {
    sentence: `Signatures under tags ${signatureTags} stay when their image expires; acr purge cannot tell what they belong to.`,
    concerns: deletes,
    shows: (images) => images.some(isSignature),
  },
  {
    sentence: "A signature without a tag stays forever where its image is not in the repository.",
    concerns: ({ untaggedAfterDays }) => untaggedAfterDays !== undefined,
    shows: (images) =>
      images.some(
        ({ tags, subject }) =>
          tags.length === 0 &&
          subject !== undefined &&
          !images.some(({ digest }) => digest === subject),
      ),
  },
];

/**
 * The retention of a registry for ACR. Manifests without tags are deleted by a purge task, and besides by the registry's own policy
 * where it is Premium, has no soft delete, and every repository wants the same 365 days or less. The policy by itself leaves what
 * lost its tag before it was set, and others too (Azure/acr issues 342 and 785).
 * @throws Error where `refuseAcr` refuses the retention of a repository.
 */
export function compileAcr({ repositories, premium, softDelete }: AcrArgs): AcrRetention {
  for (const { name, retention } of repositories) {
    const [refused] = refuseAcr(retention);
    if (refused) throw new Error(`${name}: ${refused.key}: ${refused.message}`);
  }
  const days = new Set(repositories.map(({ retention }) => retention.untaggedAfterDays));
  const [same] = days;
  const byPolicy =
    premium &&
    !softDelete &&
    days.size === 1 &&
    same !== undefined &&
    same <= longestPolicyDays &&
    // The policy deletes at once and has no dry run.
    repositories.every(({ retention }) => !retention.dryRun);

  const groups = Math.max(0, ...repositories.map(({ retention }) => retention.groups?.length ?? 0));
  const commands = [
    ...Array.from({ length: groups }, (_, index) =>
      grouped(repositories, purgeGroup(index)),
    ).flat(),
    ...grouped(repositories, purgeTags),
    ...grouped(repositories, purgeUntagged),
  ];
  return {
    retentionPolicy: byPolicy ? { status: "enabled", days: same } : undefined,
    purgeTask: commands.length === 0 ? undefined : taskOf(commands),
    differences: sentences(
      acrDifferences,
      repositories.map(({ retention }) => retention),
    ),
  };
}

/** The rest of a command after its repositories: the filter of tags, and the flags. Undefined where there is nothing to do. */
type Purge = (retention: Retention) => { tags: string; flags: string[] } | undefined;

const anyOf = (patterns: readonly string[]) => `(${patterns.map(patternSource).join("|")})$`;

/** What one group of tags takes away, by its place among the groups of a repository. */
const purgeGroup =
  (index: number): Purge =>
  ({ keep, groups = [], dryRun }) => {
    const group = groups[index];
    if (group === undefined) return undefined;
    return {
      tags: `^(?!${anyOf([...keep, signatureTags])})${anyOf(group.tags)}`,
      flags: ["--ago 0d", `--keep ${group.keepLast}`, ...(dryRun ? ["--dry-run"] : [])],
    };
  };

/** What is taken away of the tags that no group names. */
const purgeTags: Purge = (retention) => {
  if (!expiresTagged({ ...retention, groups: undefined })) return undefined;
  const { keep, keepLast, expireAfterDays = 0, groups = [], dryRun } = retention;
  return {
    tags: `^(?!${anyOf([...new Set([...keep, signatureTags, ...groups.flatMap(({ tags }) => tags)])])})`,
    flags: [
      `--ago ${expireAfterDays}d`,
      ...(keepLast === undefined ? [] : [`--keep ${keepLast}`]),
      ...(dryRun ? ["--dry-run"] : []),
    ],
  };
};

const purgeUntagged: Purge = ({ untaggedAfterDays, dryRun }) =>
  untaggedAfterDays === undefined
    ? undefined
    : {
        tags: ".*",
        flags: ["--untagged-only", `--ago ${untaggedAfterDays}d`, ...(dryRun ? ["--dry-run"] : [])],
      };

/** One command for all repositories that want the same, several where their names fill more than one. */
function grouped(repositories: AcrArgs["repositories"], purge: Purge): string[] {
  const groups = new Map<string, string[]>();
  for (const { name, retention } of repositories) {
    const wanted = purge(retention);
    if (wanted === undefined) continue;
    const rest = `:${wanted.tags}' ${wanted.flags.join(" ")}`;
    groups.set(rest, [...(groups.get(rest) ?? []), name.replaceAll(".", "[.]")]);
  }
  return [...groups].flatMap(([rest, names]) =>
    batches(names).map((batch) => {
      const repository = batch.length === 1 ? batch.join() : `(${batch.join("|")})`;
      return `${acrCli} purge --registry ${ownRegistry} --filter '${repository}${rest}`;
    }),
  );
}

function batches(names: readonly string[]): string[][] {
  const made: string[][] = [[]];
  let length = 0;
  for (const name of names) {
    if (length + name.length > longestNames) {
      made.push([]);
      length = 0;
    }
    made.at(-1)?.push(name);
    length += name.length + 1;
  }
  return made;
}

function taskOf(commands: string[]): AcrPurgeTask {
  const task = {
    version: "v1.1.0",
    steps: commands.map((cmd) => ({
      cmd,
      disableWorkingDirectoryOverride: true,
      timeout: stepTimeoutSeconds,
    })),
  };
  const yaml = stringify(task, { lineWidth: 0 });
  return {
    commands,
    yaml,
    encodedTaskContent: Buffer.from(yaml).toString("base64"),
    schedule,
    timeoutSeconds: taskTimeoutSeconds,
  };
}
